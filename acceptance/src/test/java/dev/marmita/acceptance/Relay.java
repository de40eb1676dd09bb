package dev.marmita.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on to a server, byte for byte, or answers in its place that it is not available. */
final class Relay implements AutoCloseable {

    private static final byte[] UNAVAILABLE =
            """
            HTTP/1.1 503 Service Unavailable\r
            Content-Type: application/xml\r
            Content-Length: 69\r
            Connection: close\r
            \r
            <Error><Code>ServiceUnavailable</Code><Message>later</Message></Error>"""
                    .getBytes(StandardCharsets.US_ASCII);

    private final URI to;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean available = true;

    Relay(URI to) throws IOException {
        this.to = to;
        this.server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        threads.execute(this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Breaks what is open when it goes, as a load balancer does. */
    void available(boolean now) {
        available = now;
        if (!now) {
            open.forEach(Relay::close);
        }
    }

    /** Requests that were answered in the server's place. */
    int refused() {
        return refused.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                threads.execute(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        open.add(client);
        try (client) {
            if (available) {
                pass(client);
            } else {
                refuse(client);
            }
        } catch (IOException gone) {
            // Either side may hang up.
        } finally {
            open.remove(client);
        }
    }

    private void pass(Socket client) throws IOException {
        try (Socket upstream = new Socket(to.getHost(), to.getPort())) {
            open.add(upstream);
            threads.execute(() -> copy(upstream, client));
            copy(client, upstream);
        }
    }

    private void refuse(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        int ends = 0;
        int read;
        // The head; whoever sends a body learns that nobody reads it.
        while (ends < 4 && (read = in.read()) >= 0) {
            ends = read == "\r\n\r\n".charAt(ends) ? ends + 1 : read == '\r' ? 1 : 0;
        }
        refused.incrementAndGet();
        client.getOutputStream().write(UNAVAILABLE);
        client.shutdownOutput();
        in.skip(64 << 20);
    }

    private void copy(Socket from, Socket into) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = into.getOutputStream();
            in.transferTo(out);
            into.shutdownOutput();
        } catch (IOException gone) {
            close(from);
            close(into);
        } finally {
            open.remove(from);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // It is what is wanted.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        open.forEach(Relay::close);
        threads.shutdownNow();
    }
}

package dev.marmita.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes bytes on to an HTTP server; on demand answers 503 instead, or cuts long answers short. */
final class FaultyProxy implements AutoCloseable {

    private static final byte[] UNAVAILABLE =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final URI target;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean failing;
    private long cutAfter;
    private int cuts;

    FaultyProxy(URI target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** From now on, for new connections; those that are there break. */
    void fail(boolean fail) {
        failing = fail;
        sockets.forEach(FaultyProxy::close);
    }

    /** Breaks that many connections that have answered so much. */
    synchronized void cutNextAnswersAfter(long bytes, int connections) {
        cutAfter = bytes;
        cuts = connections;
        sockets.forEach(FaultyProxy::close);
    }

    /** How many connections are still to break. */
    synchronized int cutsLeft() {
        return cuts;
    }

    private synchronized boolean cut(long answered) {
        if (cuts > 0 && answered > cutAfter) {
            cuts--;
            return true;
        }
        return false;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            if (failing) {
                refuse(client);
                return;
            }
            try (Socket upstream = new Socket(target.getHost(), target.getPort())) {
                sockets.add(upstream);
                Thread requests = Thread.ofVirtual().start(() -> pump(client, upstream, false));
                pump(upstream, client, true);
                requests.interrupt();
                sockets.remove(upstream);
            }
        } catch (IOException broken) {
            // as ordered, or the client's doing
        } finally {
            sockets.remove(client);
        }
    }

    private static void refuse(Socket client) throws IOException {
        client.getOutputStream().write(UNAVAILABLE);
        client.shutdownOutput();
        client.setSoTimeout(500);
        byte[] rest = new byte[64 << 10];
        InputStream in = client.getInputStream();
        while (in.read(rest) >= 0) {
            // let the request end, so that the answer is not lost to a reset
        }
    }

    private void pump(Socket from, Socket to, boolean answers) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 << 10];
            long passed = 0;
            int count;
            while ((count = in.read(buffer)) >= 0) {
                out.write(buffer, 0, count);
                passed += count;
                if (answers && cut(passed)) {
                    break;
                }
            }
        } catch (IOException broken) {
            // the other side is told below
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException already) {
            // closed it is
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        sockets.forEach(FaultyProxy::close);
    }
}

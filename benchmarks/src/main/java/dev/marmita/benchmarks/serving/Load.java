package dev.marmita.benchmarks.serving;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends prepared HTTP/1.1 requests over so many connections, one at a time on each, from one thread. In a
 * closed loop the next request follows the answer; at a rate it follows the clock, and its latency counts
 * from the moment when it was due.
 */
final class Load implements AutoCloseable {

    private static final int BUFFER = 1 << 16;

    /**
     * What one run gave.
     *
     * @param errors answers that were not 2xx
     * @param latencies nanoseconds, ascending
     */
    record Result(long requests, long errors, double seconds, long[] latencies) {

        double perSecond() {
            return requests / seconds;
        }

        double millis(double percentile) {
            if (latencies.length == 0) {
                return Double.NaN;
            }
            int index = (int) Math.ceil(percentile / 100 * latencies.length) - 1;
            return latencies[Math.clamp(index, 0, latencies.length - 1)] / 1e6;
        }
    }

    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private final ByteBuffer[] requests;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    private long[] latencies = new long[1 << 16];
    private int count;
    private long errors;
    private int next;

    /**
     * @param requests whole requests, sent in turns
     */
    Load(int port, int connections, byte[][] requests) throws IOException {
        this.requests = Arrays.stream(requests).map(Load::direct).toArray(ByteBuffer[]::new);
        this.selector = Selector.open();
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            Connection connection = new Connection(channel, key);
            key.attach(connection);
            this.connections.add(connection);
            idle.add(connection);
        }
    }

    /** A channel copies what is in the heap, at every write. */
    private static ByteBuffer direct(byte... bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** One connection, with at most one request on its way. */
    private static final class Connection {
        private final SocketChannel channel;
        private final SelectionKey key;
        private ByteBuffer out = ByteBuffer.allocate(0);
        private final byte[] head = new byte[8192];
        private int headLength;
        private long bodyLeft = -1;
        private boolean failed;
        private long due;

        Connection(SocketChannel channel, SelectionKey key) {
            this.channel = channel;
            this.key = key;
        }
    }

    /** As fast as answers come. */
    Result closed(double seconds) throws IOException {
        return run(seconds, 0);
    }

    /** So many requests a second, evenly. */
    Result paced(double seconds, double perSecond) throws IOException {
        return run(seconds, perSecond);
    }

    /** A single request. */
    Result once() throws IOException {
        return run(0, 0);
    }

    private Result run(double seconds, double perSecond) throws IOException {
        count = 0;
        errors = 0;
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        long gap = perSecond > 0 ? (long) (1e9 / perSecond) : 0;
        long due = start;
        boolean first = true;
        while (true) {
            long now = System.nanoTime();
            boolean open = first || now - end < 0;
            first = false;
            if (!open && idle.size() == connections.size()) {
                break;
            }
            while (open && !idle.isEmpty() && (gap == 0 || now - due >= 0)) {
                send(idle.remove(), gap == 0 ? now : due);
                due += gap;
            }
            await(gap == 0 || !open || idle.isEmpty() ? Long.MAX_VALUE : due - now);
        }
        long took = System.nanoTime() - start;
        long[] sorted = Arrays.copyOf(latencies, count);
        Arrays.sort(sorted);
        return new Result(count, errors, took / 1e9, sorted);
    }

    private void send(Connection connection, long due) throws IOException {
        connection.due = due;
        connection.out = requests[next++ % requests.length].duplicate();
        connection.headLength = 0;
        connection.bodyLeft = -1;
        write(connection);
    }

    private static void write(Connection connection) throws IOException {
        connection.channel.write(connection.out);
        int interest =
                connection.out.hasRemaining()
                        ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                        : SelectionKey.OP_READ;
        if (connection.key.interestOps() != interest) {
            connection.key.interestOps(interest);
        }
    }

    private void await(long nanos) throws IOException {
        if (nanos > 1_500_000) {
            selector.select(Math.min(1_000, nanos / 1_000_000));
        } else if (selector.selectNow() == 0 && nanos > 100_000) {
            LockSupport.parkNanos(50_000);
        }
        for (SelectionKey key : selector.selectedKeys()) {
            Connection connection = (Connection) key.attachment();
            if (key.isWritable()) {
                write(connection);
            }
            if (key.isReadable()) {
                read(connection);
            }
        }
        selector.selectedKeys().clear();
    }

    private void read(Connection connection) throws IOException {
        in.clear();
        int read = connection.channel.read(in);
        if (read < 0) {
            throw new IOException("the server closed a connection");
        }
        in.flip();
        while (in.hasRemaining()) {
            if (connection.bodyLeft < 0) {
                head(connection);
            } else {
                int part = (int) Math.min(in.remaining(), connection.bodyLeft);
                in.position(in.position() + part);
                connection.bodyLeft -= part;
            }
            if (connection.bodyLeft == 0) {
                done(connection);
            }
        }
    }

    /** Reads on in the head; the length of the body is known at its end. */
    private void head(Connection connection) throws IOException {
        byte[] head = connection.head;
        while (in.hasRemaining()) {
            if (connection.headLength == head.length) {
                throw new IOException("the head of an answer is too long");
            }
            head[connection.headLength++] = in.get();
            int n = connection.headLength;
            if (n >= 4 && head[n - 1] == '\n' && head[n - 2] == '\r' && head[n - 3] == '\n') {
                String text = new String(head, 0, n, java.nio.charset.StandardCharsets.ISO_8859_1);
                connection.failed = text.charAt(9) != '2';
                connection.bodyLeft = length(text);
                return;
            }
        }
    }

    private static long length(String head) throws IOException {
        int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("\r\ncontent-length:");
        if (at < 0) {
            throw new IOException("an answer without Content-Length: " + head);
        }
        int end = head.indexOf('\r', at + 2);
        return Long.parseLong(head.substring(at + 17, end).strip());
    }

    private void done(Connection connection) {
        if (count == latencies.length) {
            latencies = Arrays.copyOf(latencies, count * 2);
        }
        latencies[count++] = System.nanoTime() - connection.due;
        errors += connection.failed ? 1 : 0;
        connection.bodyLeft = -1;
        connection.headLength = 0;
        idle.add(connection);
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.channel.close();
        }
        selector.close();
    }
}

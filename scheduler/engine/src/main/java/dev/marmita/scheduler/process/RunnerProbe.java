package dev.marmita.scheduler.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Asks a runner how it is. On plain sockets: a start is asked many times within its first half second,
 * and an HTTP client would be the slowest part of it.
 */
final class RunnerProbe {

    private static final int LONGEST_ANSWER = 16 * 1024;

    /**
     * @param replica what it says it is; empty where it does not
     * @param tasks that it holds and that have not ended; empty where it does not say
     */
    record Answer(int status, String replica, OptionalInt tasks) {}

    private final int timeoutMillis;

    RunnerProbe(Duration timeout) {
        this.timeoutMillis = Math.toIntExact(timeout.toMillis());
    }

    /** Empty where nobody answers in time, or not in HTTP. */
    Optional<Answer> get(String host, int port, String path) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), timeoutMillis);
            socket.setSoTimeout(timeoutMillis);
            String request =
                    "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return answer(head(socket.getInputStream()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private String head(InputStream in) throws IOException {
        long end = System.nanoTime() + timeoutMillis * 1_000_000L;
        byte[] bytes = new byte[LONGEST_ANSWER];
        int length = 0;
        while (length < bytes.length && System.nanoTime() - end < 0) {
            int n = in.read(bytes, length, bytes.length - length);
            if (n < 0) {
                break;
            }
            length += n;
            String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            int headEnd = text.indexOf("\r\n\r\n");
            if (headEnd >= 0) {
                return text.substring(0, headEnd);
            }
        }
        return "";
    }

    private static Optional<Answer> answer(String head) {
        String[] lines = head.split("\r\n");
        if (!lines[0].matches("HTTP/1\\.[01] [0-9]{3}.*")) {
            return Optional.empty();
        }
        String replica = "";
        OptionalInt tasks = OptionalInt.empty();
        for (String line : lines) {
            String value = line.substring(line.indexOf(':') + 1).strip();
            String name = line.toLowerCase(Locale.ROOT);
            if (name.startsWith("marmita-replica:")) {
                replica = value;
            } else if (name.startsWith("marmita-tasks:") && value.matches("[0-9]{1,6}")) {
                tasks = OptionalInt.of(Integer.parseInt(value));
            }
        }
        return Optional.of(new Answer(Integer.parseInt(lines[0].substring(9, 12)), replica, tasks));
    }
}

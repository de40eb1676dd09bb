package dev.marmita.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The port of a part, the same at every start: a free one is chosen once and kept in a file. When somebody else
 * has taken it meanwhile, another is chosen and kept.
 */
record PortFile(Path file) {
    private static final String LOOPBACK = "127.0.0.1";

    /**
     * @param wanted the port to use, or 0 for the remembered or a free one
     * @throws EmbeddedStartException when a port was asked for and is taken
     */
    int choose(int wanted, String what) throws IOException {
        if (wanted != 0) {
            if (!isFree(wanted)) {
                throw new EmbeddedStartException(
                        "Port %d on %s, asked for by %s, is taken. Free it or choose another."
                                .formatted(wanted, LOOPBACK, what));
            }
            return wanted;
        }
        int remembered = read();
        return remembered != 0 && isFree(remembered) ? remembered : renew();
    }

    /** Chooses another free port than the remembered one and keeps it. */
    int renew() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            port = socket.getLocalPort();
        }
        PrivateFile.write(file, Integer.toString(port));
        return port;
    }

    private int read() throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
        return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // connections in TIME_WAIT do not hold a port
            socket.bind(new InetSocketAddress(LOOPBACK, port), 1);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}

package dev.marmita.acceptance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports for a platform that is to come back where it was. */
final class Ports {

    private Ports() {}

    /** One that is free now. */
    static String free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(socket.getLocalPort());
        }
    }
}

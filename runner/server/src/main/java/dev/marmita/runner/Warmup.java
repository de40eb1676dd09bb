package dev.marmita.runner;

import dev.marmita.runner.training.Training;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Sends a running server what its first clients will send, so that a training run for a JVM's AOT cache
 * sees the classes that serving takes. Answers are not looked at: refusals train as well.
 */
final class Warmup {

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final String TENSOR =
            "{\"id\":\"1\",\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[0.5]}]}";
    private static final String FORM =
            """
            --B\r
            Content-Disposition: form-data; name="number"\r
            \r
            0.5\r
            --B\r
            Content-Disposition: form-data; name="file"; filename="a.png"\r
            Content-Type: image/png\r
            \r
            no image\r
            --B--\r
            """;

    private final String host;
    private final int port;

    Warmup(String host, int port) {
        this.host = host;
        this.port = port;
    }

    void run() throws IOException {
        String infer = "/v2/models/" + Training.MODEL + "/infer";
        List<String> requests =
                List.of(
                        get("/livez"),
                        get("/readyz"),
                        get("/metrics"),
                        get("/v2/models/" + Training.MODEL),
                        post(infer, "application/json", TENSOR),
                        post(
                                Training.ROUTE,
                                "application/json",
                                "{\"number\":0.5,\"words\":[\"a\"]}"),
                        post(Training.ROUTE, "image/png", "no image"),
                        post(Training.ROUTE, "multipart/form-data; boundary=B", FORM),
                        post(Training.ROUTE, "application/json", "{\"no-such-field\":0}"));
        for (String request : requests) {
            send(request);
        }
    }

    private String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    }

    private String post(String path, String mediaType, String body) {
        return "POST "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
                + mediaType
                + "\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    private void send(String request) throws IOException {
        try (Socket socket = new Socket()) {
            InetAddress address = InetAddress.getByName(host);
            socket.connect(
                    new InetSocketAddress(
                            address.isAnyLocalAddress()
                                    ? InetAddress.getLoopbackAddress()
                                    : address,
                            port),
                    TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            try (InputStream in = socket.getInputStream()) {
                in.readAllBytes();
            }
        }
    }
}

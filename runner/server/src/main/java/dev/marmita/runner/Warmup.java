package dev.marmita.runner;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends a running server one request of every kind, so that a training run for a JVM's AOT cache sees the
 * classes that serving takes. Answers are not looked at: refusals train as well.
 */
final class Warmup {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final String host;
    private final int port;

    Warmup(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /**
     * @param models names of the models that are served
     * @param routes of the service that take records, or nothing
     */
    void run(List<String> models, List<String> routes) throws IOException {
        List<String> requests = new ArrayList<>();
        for (String path :
                List.of("/readyz", "/metrics", "/v2/health/ready", "/schema.json", "/")) {
            requests.add(get(path));
        }
        for (String model : models) {
            requests.add(get("/v2/models/" + model));
            String call =
                    "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[[0.5]]}]}";
            requests.add(post("/v2/models/" + model + "/infer", "application/json", call));
        }
        // Refused for a field that no route has: a service must not act on a request that nobody
        // sent.
        for (String route : routes) {
            requests.add(post(route, "application/json", "{\"no-such-field\":0}"));
            requests.add(post(route + "?no-such-field=0", "image/png", "no image"));
            requests.add(
                    post(
                            route,
                            "multipart/form-data; boundary=B",
                            "--B\r\nContent-Disposition: form-data; name=\"no-such-field\"\r\n\r\n"
                                    + "0\r\n--B--\r\n"));
        }
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

package dev.marmita.gateway.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpProviderTest {

    private final HttpProvider provider = new HttpProvider();
    private final AtomicReference<String> seen = new AtomicReference<>("");
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        provider.close();
        server.stop(0);
    }

    @Test
    void fetches() throws Exception {
        serve(exchange -> answer(exchange, 200, "{}".getBytes(UTF_8)));

        assertThat(provider.get(uri())).isEqualTo("{}");
    }

    @Test
    void postsAFormAsAClient() throws Exception {
        serve(
                exchange -> {
                    seen.set(
                            exchange.getRequestHeaders().getFirst("Authorization")
                                    + " "
                                    + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                    answer(exchange, 200, "{}".getBytes(UTF_8));
                });

        provider.post(uri(), Map.of("token", "a b&c"), "me", "x:y");

        assertThat(seen).hasValue("Basic bWU6eCUzQXk= token=a+b%26c");
    }

    @Test
    void followsNoRedirects() {
        serve(
                exchange -> {
                    exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/");
                    answer(exchange, 302, new byte[0]);
                });

        assertThatThrownBy(() -> provider.get(uri()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answered 302");
    }

    @Test
    void readsNoMoreThanItMust() {
        serve(exchange -> answer(exchange, 200, new byte[2 << 20]));

        assertThatThrownBy(() -> provider.get(uri())).isInstanceOf(IOException.class);
    }

    @Test
    void saysThatNobodyIsThere() {
        server.stop(0);

        assertThatThrownBy(() -> provider.get(uri()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be asked");
    }

    private void serve(HttpHandler handler) {
        server.createContext("/", handler);
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys");
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}

package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.TOKEN;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints over TLS, by certificates that the JDK's keytool makes. */
final class GatewayTlsTest {

    private static final char[] PASSWORD = "password".toCharArray();

    @TempDir private Path folder;
    private final AtomicReference<String> scheme = new AtomicReference<>();
    private final FakeReplica upstream = new FakeReplica(this::serve);
    private KeyStore trusted;
    private GatewayFixture fixture;

    @BeforeEach
    void start() throws Exception {
        trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        write("first");
        fixture =
                new GatewayFixture(
                        GatewayFixture.settings()
                                .withTls(
                                        new GatewaySettings.Tls(
                                                folder.resolve("tls.crt"),
                                                folder.resolve("tls.key"))));
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 8)).publish();
    }

    @AfterEach
    void stop() {
        if (fixture != null) {
            fixture.close();
        }
        upstream.close();
    }

    private void serve(HttpServerRequest request) {
        scheme.set(request.getHeader("X-Forwarded-Proto"));
        request.body().onSuccess(all -> request.response().end(all));
    }

    /** A certificate for the loopback that clients trust from now on, and its key, where the gateway reads them. */
    private void write(String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                name,
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=" + name,
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                new String(PASSWORD))
                        .redirectErrorStream(true)
                        .start();
        assertThat(new String(keytool.getInputStream().readAllBytes()) + keytool.waitFor())
                .endsWith("0");
        KeyStore made = KeyStore.getInstance(store.toFile(), PASSWORD);
        Certificate certificate = made.getCertificate(name);
        trusted.setCertificateEntry(name, certificate);
        Files.writeString(
                folder.resolve("tls.key"),
                pem("PRIVATE KEY", made.getKey(name, PASSWORD).getEncoded()));
        Files.writeString(folder.resolve("tls.crt"), pem("CERTIFICATE", certificate.getEncoded()));
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(kind, Base64.getMimeEncoder().encodeToString(content), kind);
    }

    /** Over a new connection. */
    private HttpResponse<String> call(HttpClient.Version version) throws Exception {
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (HttpClient client =
                HttpClient.newBuilder()
                        .sslContext(context)
                        .version(version)
                        .connectTimeout(Duration.ofSeconds(10))
                        .build()) {
            return client.send(
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "https://127.0.0.1:"
                                                    + fixture.gateway.port()
                                                    + "/e/acme/receipts/x"))
                            .header("Authorization", "Bearer " + TOKEN)
                            .POST(HttpRequest.BodyPublishers.ofString("page".repeat(100_000)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private String shown() throws Exception {
        HttpResponse<String> answer = call(HttpClient.Version.HTTP_1_1);
        assertThat(answer.statusCode()).isEqualTo(200);
        var certificate =
                (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    @Test
    void servesBothVersionsOfHttpAndTellsTheServiceThatItWasTls() throws Exception {
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpResponse<String> answer = call(version);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(version);
            assertThat(answer.body()).hasSize(400_000);
            assertThat(scheme.get()).isEqualTo("https");
        }
        assertThatThrownBy(() -> fixture.send(fixture.request("/e/acme/receipts/x")))
                .as("clear text")
                .isInstanceOf(IOException.class);
    }

    @Test
    void takesANewCertificateWithoutARestartAndKeepsTheOldWhileTheNewIsBroken() throws Exception {
        assertThat(shown()).isEqualTo("CN=first");

        Files.writeString(folder.resolve("tls.crt"), "half a certificate");
        await().during(Duration.ofSeconds(6))
                .atMost(Duration.ofSeconds(15))
                .until(() -> shown().equals("CN=first"));
        write("second");
        await().atMost(Duration.ofSeconds(30)).until(() -> shown().equals("CN=second"));
    }

    @Test
    void saysWhichFileItCannotRead() {
        GatewaySettings settings =
                GatewayFixture.settings()
                        .withTls(
                                new GatewaySettings.Tls(
                                        folder.resolve("nothing.crt"), folder.resolve("tls.key")));
        assertThatThrownBy(() -> new GatewayFixture(settings).close())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("nothing.crt");
    }
}

package dev.marmita.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

class EmbeddedS3Test {
    private static final String BUCKET = "blobs";

    @TempDir Path folder;
    private Path home;
    private EmbeddedS3 s3;

    @BeforeEach
    void start() {
        home = folder.resolve("a home with spaces");
        s3 = EmbeddedS3.start(settings(0));
    }

    @AfterEach
    void stop() {
        s3.close();
    }

    @Test
    void keepsObjectsAndItsPortOverARestart() {
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        try (S3Client client = client("secret")) {
            client.createBucket(it -> it.bucket(BUCKET));
            client.putObject(
                    it -> it.bucket(BUCKET).key("sha256/ab/abcd"), RequestBody.fromBytes(content));
        }
        URI endpoint = s3.endpoint();
        s3.close();
        s3 = EmbeddedS3.start(settings(0));

        assertThat(s3.endpoint()).isEqualTo(endpoint);
        try (S3Client client = client("secret")) {
            assertThat(
                            client.getObjectAsBytes(it -> it.bucket(BUCKET).key("sha256/ab/abcd"))
                                    .asByteArray())
                    .isEqualTo(content);
            assertThatThrownBy(
                            () -> client.headObject(it -> it.bucket(BUCKET).key("sha256/ab/none")))
                    .isInstanceOf(NoSuchKeyException.class);
        }
    }

    @Test
    void refusesAWrongSecretAndAnonymousCallers() throws Exception {
        try (S3Client client = client("wrong")) {
            assertThatThrownBy(() -> client.createBucket(it -> it.bucket(BUCKET)))
                    .isInstanceOfSatisfying(
                            S3Exception.class, it -> assertThat(it.statusCode()).isEqualTo(403));
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<Void> answer =
                    http.send(
                            HttpRequest.newBuilder(s3.endpoint()).build(),
                            HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(403);
        }
    }

    @Test
    void takesAPresignedUploadAndChecksItsSignature() throws Exception {
        try (S3Client client = client("secret");
                S3Presigner presigner = presigner();
                HttpClient http = HttpClient.newHttpClient()) {
            client.createBucket(it -> it.bucket(BUCKET));
            URI url =
                    presigner
                            .presignPutObject(
                                    it ->
                                            it.signatureDuration(Duration.ofMinutes(5))
                                                    .putObjectRequest(
                                                            put ->
                                                                    put.bucket(BUCKET)
                                                                            .key("direct")))
                            .url()
                            .toURI();

            assertThat(put(http, url, "hello")).isEqualTo(200);
            assertThat(put(http, URI.create(url + "0"), "hello")).isEqualTo(403);
            assertThat(
                            client.getObjectAsBytes(it -> it.bucket(BUCKET).key("direct"))
                                    .asUtf8String())
                    .isEqualTo("hello");
        }
    }

    @Test
    void refusesASecondOneOnTheSameHome() {
        assertThatThrownBy(() -> EmbeddedS3.start(settings(0)))
                .isInstanceOf(EmbeddedStartException.class)
                .hasMessageContaining("already in use by process");
    }

    @Test
    void refusesATakenPortThatWasAskedFor() throws IOException {
        s3.close();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedS3.start(settings(taken.getLocalPort())))
                    .isInstanceOf(EmbeddedStartException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort());
        }
        s3 = EmbeddedS3.start(settings(0)); // the home was freed
    }

    @Test
    void choosesAnotherPortWhenItsOwnIsTaken() throws IOException {
        int port = s3.endpoint().getPort();
        s3.close();
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            s3 = EmbeddedS3.start(settings(0));
            assertThat(s3.endpoint().getPort()).isNotEqualTo(taken.getLocalPort());
        }
    }

    @Test
    void doesNotShowItsSecret() {
        assertThat(settings(0).toString()).doesNotContain("secret");
    }

    private EmbeddedS3.Settings settings(int port) {
        return new EmbeddedS3.Settings(home, port, "access", "secret");
    }

    private static int put(HttpClient http, URI url, String body) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(url).PUT(HttpRequest.BodyPublishers.ofString(body)).build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private S3Client client(String secret) {
        return S3Client.builder()
                .endpointOverride(s3.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials(secret))
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    private S3Presigner presigner() {
        return S3Presigner.builder()
                .endpointOverride(s3.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials("secret"))
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .build();
    }

    private static StaticCredentialsProvider credentials(String secret) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create("access", secret));
    }
}

package dev.marmita.registry.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.marmita.registry.Backends;
import dev.marmita.registry.RegistryException;
import dev.marmita.registry.RegistryProperties;
import dev.marmita.registry.blob.BlobStore;
import dev.marmita.registry.blob.BlobStoreContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Backends.Extension.class)
final class S3BlobStoreTest extends BlobStoreContract {

    private final URI endpoint;
    private final S3BlobStore store;

    S3BlobStoreTest(Backends backends) {
        Map<String, Object> properties = backends.properties("s3");
        endpoint = URI.create(properties.get("marmita.registry.s3.endpoint").toString());
        store = open(Backends.BUCKET, "test-secret-key");
    }

    private S3BlobStore open(String bucket, String secret) {
        return S3BlobStore.open(
                new RegistryProperties.S3(
                        Optional.of(endpoint),
                        Optional.empty(),
                        "us-east-1",
                        bucket,
                        Optional.of("test-access"),
                        Optional.of(secret),
                        true));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected BlobStore store() {
        return store;
    }

    @Test
    void makesTheBucketWithTheFirstWrite() {
        try (S3BlobStore fresh = open("fresh-" + UUID.randomUUID(), "test-secret-key")) {
            assertThat(fresh.size("a")).isEmpty();
            assertThat(fresh.open("a", 0)).isEmpty();
            fresh.put("a", new byte[3], 3);
            assertThat(fresh.size("a")).hasValue(3);
        }
    }

    @Test
    void makesTheBucketBeforeAClientGoesStraightToIt() {
        try (S3BlobStore fresh = open("fresh-" + UUID.randomUUID(), "test-secret-key");
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest put =
                    HttpRequest.newBuilder(fresh.presignPut("a", 3, Duration.ofMinutes(1)).url())
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[3]))
                            .build();
            assertThat(client.sendAsync(put, HttpResponse.BodyHandlers.discarding()))
                    .succeedsWithin(Duration.ofSeconds(30))
                    .extracting(HttpResponse::statusCode)
                    .isEqualTo(200);
            assertThat(fresh.size("a")).hasValue(3);
        }
    }

    @Test
    void saysWhenTheKeyIsWrong() {
        try (S3BlobStore stranger = open(Backends.BUCKET, "wrong-secret")) {
            assertThatExceptionOfType(RegistryException.StorageUnavailable.class)
                    .isThrownBy(() -> stranger.size("a"))
                    .withMessageContaining("403");
        }
    }
}

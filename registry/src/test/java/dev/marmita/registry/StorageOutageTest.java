package dev.marmita.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.marmita.registry.blob.BlobStore;
import dev.marmita.registry.blob.RegistrySweeper;
import dev.marmita.registry.onnx.Models;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** The object store is down for a while; what was accepted is there, what was not can be repeated. */
@ExtendWith(Backends.Extension.class)
final class StorageOutageTest {

    private static final int MIB = 1 << 20;

    private static FaultyProxy proxy;
    private static ConfigurableApplicationContext context;

    private final Uploads uploads = context.getBean(Uploads.class);
    private final Blobs blobs = context.getBean(Blobs.class);
    private final ModelCatalog models = context.getBean(ModelCatalog.class);
    private final byte[] bytes = Contents.random(17 * MIB);
    private final Digest digest = Contents.digest(bytes);

    @BeforeAll
    static void start(Backends backends) throws IOException {
        Map<String, Object> properties = backends.properties("outage");
        proxy = new FaultyProxy(URI.create(properties.get("marmita.registry.s3.endpoint") + ""));
        properties.put("marmita.registry.s3.endpoint", proxy.endpoint());
        context = TestApplication.start(properties);
    }

    @AfterAll
    static void stop() throws IOException {
        context.close();
        proxy.close();
    }

    @Test
    void losesNothingThatWasAcknowledged() throws IOException {
        Upload upload = uploads.open(digest, bytes.length, "ann");
        upload = write(upload, 9 * MIB);

        Upload before = upload;
        proxy.fail(true);
        var error =
                catchThrowableOfType(
                        RegistryException.StorageUnavailable.class, () -> write(before, 8 * MIB));
        assertThat(error.retryAfter()).isPositive();
        assertThat(error).hasMessageContaining("503");
        assertThat(uploads.get(upload.id()).offset()).isEqualTo(9 * MIB);

        proxy.fail(false);
        write(uploads.get(upload.id()), 8 * MIB);
        uploads.complete(upload.id());
        assertThat(read()).isEqualTo(bytes);
    }

    @Test
    void completesAfterwardsWhatCouldNotBeCompleted() throws IOException {
        Upload upload = write(uploads.open(digest, bytes.length, "ann"), bytes.length);

        proxy.fail(true);
        assertThatExceptionOfType(RegistryException.StorageUnavailable.class)
                .isThrownBy(() -> uploads.complete(upload.id()));
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> blobs.open(digest));

        proxy.fail(false);
        assertThat(uploads.complete(upload.id()).state()).isEqualTo(Upload.State.COMPLETE);
        assertThat(read()).isEqualTo(bytes);
    }

    @Test
    void survivesConnectionsThatBreakWhileContentsAreVerified() throws IOException {
        Upload upload = write(uploads.open(digest, bytes.length, "ann"), bytes.length);
        proxy.cutNextAnswersAfter(3 * MIB, 2);

        assertThat(uploads.complete(upload.id()).state()).isEqualTo(Upload.State.COMPLETE);

        assertThat(proxy.cutsLeft()).isZero();

        proxy.cutNextAnswersAfter(5 * MIB, 1);
        assertThat(read()).isEqualTo(bytes);
        assertThat(proxy.cutsLeft()).isZero();
    }

    @Test
    void publishesNothingWhileContentsCannotBeFetched() {
        String name = "m-" + UUID.randomUUID();
        Digest model = Contents.upload(uploads, Models.addition(name));

        proxy.fail(true);
        assertThatExceptionOfType(RegistryException.StorageUnavailable.class)
                .isThrownBy(() -> models.publish(name, VersionDraft.of(model), "ann"));
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> models.get(name));

        proxy.fail(false);
        assertThat(models.publish(name, VersionDraft.of(model), "ann").created()).isTrue();
    }

    @Test
    void deletesLaterWhatCouldNotBeDeleted() {
        BlobStore store = context.getBean(BlobStore.class);
        Contents.upload(uploads, bytes);
        String key =
                new JdbcTemplate(context.getBean(DataSource.class))
                        .queryForObject(
                                "select object_key from blob where digest = ?",
                                String.class,
                                digest.toString());

        proxy.fail(true);
        sweepAfter(Duration.ofHours(25));
        sweepAfter(Duration.ofHours(2));
        proxy.fail(false);
        assertThat(store.size(key)).hasValue(bytes.length);

        sweepAfter(Duration.ofHours(2));
        assertThat(store.size(key)).isEmpty();
    }

    private static void sweepAfter(Duration time) {
        context.getBean(TestApplication.TestClock.class).pass(time);
        context.getBean(RegistrySweeper.class).sweep();
    }

    private Upload write(Upload upload, int length) throws IOException {
        return uploads.write(
                upload.id(),
                upload.offset(),
                new ByteArrayInputStream(bytes, (int) upload.offset(), length));
    }

    private byte[] read() throws IOException {
        try (InputStream in = blobs.open(digest)) {
            return in.readAllBytes();
        }
    }
}

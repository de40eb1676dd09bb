package dev.marmita.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.marmita.registry.blob.RegistrySweeper;
import dev.marmita.registry.bundle.Bundles;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Backends.Extension.class)
final class ServiceCatalogTest {

    private final ServiceCatalog services;
    private final ModelCatalog models;
    private final Uploads uploads;
    private final Blobs blobs;
    private final RegistrySweeper sweeper;
    private final TestApplication.TestClock clock;
    private final String name = "s-" + UUID.randomUUID();

    ServiceCatalogTest(Backends backends) {
        this.services = backends.bean(ServiceCatalog.class);
        this.models = backends.bean(ModelCatalog.class);
        this.uploads = backends.bean(Uploads.class);
        this.blobs = backends.bean(Blobs.class);
        this.sweeper = backends.bean(RegistrySweeper.class);
        this.clock = backends.bean(TestApplication.TestClock.class);
    }

    @Test
    void makesVersionsOfBundles() throws IOException {
        Digest digest = Contents.upload(uploads, Bundles.valid(name));

        Published<ServiceVersion> published =
                services.publish(name, VersionDraft.of(digest), "ann");

        assertThat(published.created()).isTrue();
        assertThat(published.version().manifest().className()).isEqualTo("com.acme.Service");
        assertThat(published.version().manifest().slots())
                .containsEntry("detector", new ServiceManifest.ModelSlot("text detector", true));
        assertThat(services.resolve(ArtifactRef.parse(name))).isEqualTo(published.version());
        assertThat(services.publish(name, VersionDraft.of(digest), "ann").created()).isFalse();
        assertThat(services.list(ArtifactQuery.ALL, PageRequest.first(500)).items())
                .extracting(Artifact::name)
                .contains(name);
    }

    @Test
    void keepsModelsAndServicesApart() throws IOException {
        Digest digest = Contents.upload(uploads, Bundles.valid(name));
        services.publish(name, VersionDraft.of(digest), "ann");
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> models.get(name));
        assertThatExceptionOfType(RegistryException.InvalidArtifact.class)
                .isThrownBy(() -> models.publish(name, VersionDraft.of(digest), "ann"));
    }

    @Test
    void refusesABundleUnderAnotherNameThanItsOwn() throws IOException {
        Digest digest = Contents.upload(uploads, Bundles.valid(name));
        services.publish(name, VersionDraft.of(digest), "ann");
        assertThatExceptionOfType(RegistryException.InvalidArtifact.class)
                .isThrownBy(() -> services.publish("other", VersionDraft.of(digest), "ann"))
                .withMessageContaining("service.yaml says that this is '" + name + "'");
    }

    /** Whoever comes first: a published content stays, a swept one cannot be published. */
    @Test
    void neverSweepsWhatIsBeingPublished() throws Exception {
        Digest last = null;
        for (int round = 0; round < 20; round++) {
            Digest digest = Contents.upload(uploads, Bundles.valid(name, "round " + round));
            clock.pass(Duration.ofHours(25));
            CyclicBarrier start = new CyclicBarrier(2);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<?> sweep =
                        threads.submit(
                                () -> {
                                    start.await();
                                    sweeper.sweep();
                                    return null;
                                });
                Future<Published<ServiceVersion>> publish =
                        threads.submit(
                                () -> {
                                    start.await();
                                    return services.publish(name, VersionDraft.of(digest), "ann");
                                });
                sweep.get();
                try {
                    publish.get();
                    last = digest;
                } catch (ExecutionException lost) {
                    assertThat(lost).hasCauseInstanceOf(RegistryException.NotFound.class);
                }
            }
            if (digest.equals(last)) {
                clock.pass(Duration.ofHours(25));
                sweeper.sweep();
                try (InputStream in = blobs.open(digest)) {
                    assertThat(in.readAllBytes()).isEqualTo(Bundles.valid(name, "round " + round));
                }
            } else {
                assertThatExceptionOfType(RegistryException.NotFound.class)
                        .isThrownBy(() -> blobs.open(digest));
            }
        }
    }
}

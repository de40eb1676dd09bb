package dev.marmita.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.marmita.registry.bundle.Bundles;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Backends.Extension.class)
final class ServiceCatalogTest {

    private final ServiceCatalog services;
    private final ModelCatalog models;
    private final Uploads uploads;
    private final String name = "s-" + UUID.randomUUID();

    ServiceCatalogTest(Backends backends) {
        this.services = backends.bean(ServiceCatalog.class);
        this.models = backends.bean(ModelCatalog.class);
        this.uploads = backends.bean(Uploads.class);
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
}

package dev.marmita.platform.artifacts;

import dev.marmita.platform.artifacts.ArtifactResponses.ServiceVersionResponse;
import dev.marmita.registry.ServiceCatalog;
import dev.marmita.registry.ServiceVersion;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Services over REST. */
@RestController
@RequestMapping(ServiceController.PATH)
class ServiceController extends ArtifactController<ServiceVersion, ServiceVersionResponse> {

    static final String PATH = "/api/v1/services";

    ServiceController(ServiceCatalog catalog, Downloads downloads) {
        super(catalog, downloads, PATH, ".zip");
    }

    @Override
    ServiceVersionResponse form(ServiceVersion version) {
        return ServiceVersionResponse.of(version);
    }
}

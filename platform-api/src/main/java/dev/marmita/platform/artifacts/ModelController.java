package dev.marmita.platform.artifacts;

import dev.marmita.platform.artifacts.ArtifactResponses.ModelVersionResponse;
import dev.marmita.registry.ModelCatalog;
import dev.marmita.registry.ModelVersion;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Models over REST. */
@RestController
@RequestMapping(ModelController.PATH)
class ModelController extends ArtifactController<ModelVersion, ModelVersionResponse> {

    static final String PATH = "/api/v1/models";

    ModelController(ModelCatalog catalog, Downloads downloads) {
        super(catalog, downloads, PATH, ".onnx");
    }

    @Override
    ModelVersionResponse form(ModelVersion version) {
        return ModelVersionResponse.of(version);
    }
}

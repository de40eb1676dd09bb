package dev.marmita.platform.console;

import dev.marmita.platform.access.Public;
import dev.marmita.scheduler.spec.SpecParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Texts that come with the platform: schemas, the API's description. */
@RestController
class DocumentController {

    private final String openApi = resource("/openapi.json");

    @GetMapping(path = "/api/v1/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
    @Public
    String openApi() {
        return openApi;
    }

    /** The JSON Schema of deployments. */
    @GetMapping(path = "/api/v1/schemas/deployment.json", produces = "application/schema+json")
    @Public
    String deploymentSchema() {
        return SpecParser.schema();
    }

    private static String resource(String path) {
        try (InputStream in = DocumentController.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("missing from the jar: " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

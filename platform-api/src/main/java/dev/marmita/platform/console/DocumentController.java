package dev.marmita.platform.console;

import dev.marmita.platform.access.Public;
import dev.marmita.scheduler.spec.SpecParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Texts that come with the platform: schemas, the API's description, the console's page. */
@RestController
class DocumentController {

    private final String openApi = resource("/openapi.json");
    private final String page =
            resource("/console/index.html").replace("${version}", Version.text());
    private final String script = resource("/console/console.js");
    private final String style = resource("/console/console.css");

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

    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE + ";charset=UTF-8")
    @Public
    ResponseEntity<String> page() {
        return ResponseEntity.ok().cacheControl(CacheControl.noCache()).body(page);
    }

    @GetMapping(path = "/console/console.js", produces = "text/javascript;charset=UTF-8")
    @Public
    ResponseEntity<String> script() {
        return ResponseEntity.ok().cacheControl(CacheControl.noCache()).body(script);
    }

    @GetMapping(path = "/console/console.css", produces = "text/css;charset=UTF-8")
    @Public
    ResponseEntity<String> style() {
        return ResponseEntity.ok().cacheControl(CacheControl.noCache()).body(style);
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

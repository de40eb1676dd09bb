package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springdoc.webmvc.api.OpenApiWebMvcResource;
import org.springframework.mock.web.MockHttpServletRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Holds {@code docs/openapi.json} to the code; {@code -Dopenapi.update=true} writes it. */
@ExtendWith(SharedPlatform.class)
class OpenApiTest {

    private static final Path COMMITTED = Path.of("../docs/openapi.json");
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final RunningPlatform platform;

    OpenApiTest(RunningPlatform platform) {
        this.platform = platform;
    }

    @Test
    void theCommittedDescriptionIsThatOfTheCode() throws IOException {
        String generated = generate();
        if (Boolean.getBoolean("openapi.update")) {
            Files.writeString(COMMITTED, generated);
        }
        assertThat(JSON.readTree(Files.readString(COMMITTED)))
                .as("run the tests with -Dopenapi.update=true and commit docs/openapi.json")
                .isEqualTo(JSON.readTree(generated));
    }

    @Test
    void theDescriptionIsServed() {
        var served = platform.anonymous().get("/api/v1/openapi.json");
        assertThat(served.status()).isEqualTo(200);
        assertThat(served.json().get("openapi").stringValue()).startsWith("3.1");
        assertThat(served.json().get("paths").has("/api/v1/uploads/{id}")).isTrue();
    }

    private String generate() throws IOException {
        byte[] raw;
        try {
            raw =
                    platform.bean(OpenApiWebMvcResource.class)
                            .openapiJson(
                                    new MockHttpServletRequest("GET", "/v3/api-docs"),
                                    "/v3/api-docs",
                                    Locale.ROOT);
        } catch (Exception e) {
            throw new IOException(e);
        }
        JsonNode document = JSON.readTree(raw);
        return JSON.writeValueAsString(OpenApiDocument.finished(document, platform)) + "\n";
    }
}

package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedPlatform.class)
class ModelsTest {

    /** Another one than any test deploys: what is in use cannot be deleted. */
    private static final byte[] ONNX = Client.resource("/models/ch_PP-OCRv3_det_infer.onnx");

    private final Client admin;
    private final RunningPlatform platform;

    ModelsTest(RunningPlatform platform) {
        this.platform = platform;
        this.admin = platform.admin();
    }

    @Test
    void pushesAModelAndReadsItBack() throws Exception {
        String digest = admin.upload(ONNX);
        assertThat(
                        admin.post(
                                        "/api/v1/models",
                                        Map.of("name", "m-push", "description", "turns pages"))
                                .status())
                .isEqualTo(201);
        var version =
                admin.post(
                        "/api/v1/models/m-push/versions",
                        Map.of(
                                "digest",
                                digest,
                                "labels",
                                List.of("production"),
                                "provenance",
                                Map.of("commit", "abc")));
        assertThat(version.status()).as(version.body()).isEqualTo(201);
        assertThat(version.json().get("version").intValue()).isEqualTo(1);
        assertThat(version.json().get("signature").get("inputs")).isNotEmpty();
        assertThat(
                        version.json()
                                .get("signature")
                                .get("inputs")
                                .get(0)
                                .get("datatype")
                                .stringValue())
                .isEqualTo("FP32");
        assertThat(version.json().get("labels").toString()).contains("latest", "production");

        var again =
                admin.post(
                        "/api/v1/models/m-push/versions",
                        Map.of("digest", digest, "provenance", Map.of("commit", "abc")));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().get("version").intValue()).isEqualTo(1);

        var redirect = admin.get("/api/v1/models/m-push/versions/1/content");
        assertThat(redirect.status()).isEqualTo(307);
        byte[] fetched =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(redirect.header("Location")))
                                        .build(),
                                BodyHandlers.ofByteArray())
                        .body();
        assertThat(fetched).isEqualTo(ONNX);
        byte[] streamed =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        platform.url()
                                                                + "/api/v1/models/m-push/versions/1/content?direct=false"))
                                        .header(
                                                "Authorization",
                                                "Bearer "
                                                        + platform.connection()
                                                                .get("adminToken")
                                                                .stringValue())
                                        .build(),
                                BodyHandlers.ofByteArray())
                        .body();
        assertThat(streamed).isEqualTo(ONNX);
    }

    @Test
    void aWrongOffsetIsAnsweredWithTheRightOne() {
        byte[] content = new byte[16 << 20];
        Arrays.fill(content, (byte) 7);
        var upload =
                admin.post(
                                "/api/v1/uploads",
                                Map.of("digest", Client.digest(content), "size", content.length))
                        .json();
        String path = "/api/v1/uploads/" + upload.get("id").stringValue();
        assertThat(admin.chunk(path, 0, Arrays.copyOf(content, 40_000)).status()).isEqualTo(200);
        // Also where the rest of the chunk is still on its way.
        var wrong = admin.chunk(path, 10, Arrays.copyOf(content, 12 << 20));
        assertThat(wrong.status()).isEqualTo(409);
        assertThat(wrong.json().get("offset").longValue()).isEqualTo(40_000);
        assertThat(admin.get(path).json().get("offset").longValue()).isEqualTo(40_000);
    }

    @Test
    void anUploadWithOtherBytesThanAnnouncedIsRefused() {
        byte[] content = "other bytes".getBytes();
        var upload =
                admin.post(
                                "/api/v1/uploads",
                                Map.of(
                                        "digest",
                                        "sha256:" + "0".repeat(64),
                                        "size",
                                        content.length))
                        .json();
        String path = "/api/v1/uploads/" + upload.get("id").stringValue();
        assertThat(admin.chunk(path, 0, content).status()).isEqualTo(200);
        var refused = admin.post(path + "/complete", Map.of());
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("type").stringValue()).endsWith("digest-mismatch");
    }

    @Test
    void presignedUploadsGoStraightToTheStore() throws Exception {
        byte[] content = ("presigned" + System.nanoTime()).getBytes();
        var upload =
                admin.post(
                                "/api/v1/uploads",
                                Map.of("digest", Client.digest(content), "size", content.length))
                        .json();
        String path = "/api/v1/uploads/" + upload.get("id").stringValue();
        var presigned = admin.post(path + "/presign", Map.of()).json();
        var request =
                HttpRequest.newBuilder(URI.create(presigned.get("url").stringValue()))
                        .method(
                                presigned.get("method").stringValue(),
                                HttpRequest.BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(content)));
        request.method(
                presigned.get("method").stringValue(),
                HttpRequest.BodyPublishers.ofByteArray(content));
        presigned
                .get("headers")
                .properties()
                .forEach(
                        header -> {
                            if (!header.getKey().equalsIgnoreCase("host")
                                    && !header.getKey().equalsIgnoreCase("content-length")) {
                                request.header(header.getKey(), header.getValue().stringValue());
                            }
                        });
        assertThat(
                        HttpClient.newHttpClient()
                                .send(request.build(), BodyHandlers.ofString())
                                .statusCode())
                .isEqualTo(200);
        assertThat(admin.post(path + "/complete", Map.of()).json().get("state").stringValue())
                .isEqualTo("complete");
    }

    @Test
    void aFileThatIsNoModelIsRefused() {
        String digest = admin.upload("this is no model".getBytes());
        admin.post("/api/v1/models", Map.of("name", "m-bad"));
        var refused = admin.post("/api/v1/models/m-bad/versions", Map.of("digest", digest));
        assertThat(refused.status()).as(refused.body()).isEqualTo(422);
        assertThat(refused.json().get("type").stringValue()).endsWith("invalid-artifact");
    }

    @Test
    void movesLabelsOnACondition() {
        String digest = admin.upload(ONNX);
        admin.post("/api/v1/models", Map.of("name", "m-label"));
        for (String commit : List.of("a", "b")) {
            assertThat(
                            admin.post(
                                            "/api/v1/models/m-label/versions",
                                            Map.of(
                                                    "digest",
                                                    digest,
                                                    "provenance",
                                                    Map.of("commit", commit)))
                                    .status())
                    .isEqualTo(201);
        }
        String label = "/api/v1/models/m-label/labels/production";
        assertThat(admin.put(label, "{\"version\":1,\"expected\":null}").status()).isEqualTo(200);
        var conflict = admin.put(label, "{\"version\":2,\"expected\":null}");
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.json().get("actual").intValue()).isEqualTo(1);
        assertThat(admin.put(label, "{\"version\":2,\"expected\":1}").status()).isEqualTo(200);
        assertThat(admin.put(label, Map.of("version", 1)).status()).isEqualTo(200);
        assertThat(admin.put(label, Map.of("version", 2), Map.of("If-Match", "\"2\"")).status())
                .isEqualTo(412);
        var moved = admin.put(label, Map.of("version", 2), Map.of("If-Match", "\"1\""));
        assertThat(moved.status()).isEqualTo(200);
        assertThat(moved.header("ETag")).isEqualTo("\"2\"");

        assertThat(admin.get(label + "/history").json().get("items")).hasSize(4);
        assertThat(admin.get("/api/v1/models?label=production&q=m-lab").json().get("items"))
                .hasSize(1);
        assertThat(admin.delete("/api/v1/models/m-label").status()).isEqualTo(409);
        assertThat(admin.delete(label).status()).isEqualTo(204);
        assertThat(admin.delete("/api/v1/models/m-label").status()).isEqualTo(204);
    }
}

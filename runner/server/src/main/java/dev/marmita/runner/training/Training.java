package dev.marmita.runner.training;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonWriting;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Lays out a launch of {@link TrainingService} on a model of one node. */
public final class Training {

    /** What the model is called. */
    public static final String MODEL = "identity";

    /** The service's route. */
    public static final String ROUTE = "/train";

    private static final String MODEL_FILE = "identity.onnx";
    private static final List<Class<?>> CLASSES =
            List.of(
                    TrainingService.class,
                    TrainingService.Question.class,
                    TrainingService.Answer.class,
                    TrainingService.Part.class,
                    TrainingService.Mood.class);

    private Training() {}

    /**
     * Writes all that the launch needs.
     *
     * @param folder made if missing
     * @return the launch file
     */
    public static Path prepare(Path folder) throws IOException {
        Path home = folder.toAbsolutePath();
        Path bundle = home.resolve("bundle");
        Files.createDirectories(bundle.resolve("lib"));
        Files.writeString(
                bundle.resolve("service.yaml"),
                "name: training\nclass: "
                        + TrainingService.class.getName()
                        + "\nmodels:\n  "
                        + TrainingService.SLOT
                        + ": {description: \"gives back what it gets\", optional: false}\n");
        jar(bundle.resolve("lib/training.jar"));
        Path model = home.resolve(MODEL_FILE);
        try (InputStream in = resource(MODEL_FILE)) {
            Files.write(model, in.readAllBytes());
        }
        Path launch = home.resolve("launch.json");
        try (OutputStream out = Files.newOutputStream(launch);
                var generator = new Json(1 << 20).generator(out)) {
            JsonWriting.anything(generator, content(home, bundle, model));
        }
        return launch;
    }

    private static void jar(Path file) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Class<?> type : CLASSES) {
                String name = type.getName().replace('.', '/') + ".class";
                zip.putNextEntry(new ZipEntry(name));
                try (InputStream in = resource("/" + name)) {
                    in.transferTo(zip);
                }
            }
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = Training.class.getResourceAsStream(name);
        if (in == null) {
            throw new FileNotFoundException(name + " is missing in the runner");
        }
        return in;
    }

    private static Map<String, Object> content(Path home, Path bundle, Path model) {
        Map<String, Object> launch = new LinkedHashMap<>();
        launch.put("tenant", "none");
        launch.put("deployment", "training");
        launch.put("revision", 1);
        launch.put("replica", "training");
        launch.put("portFile", home.resolve("port").toString());
        launch.put("failureFile", home.resolve("failure.json").toString());
        launch.put("scratch", home.resolve("scratch").toString());
        launch.put("bundle", artifact("training", Map.of("folder", bundle.toString())));
        launch.put(
                "models",
                List.of(
                        artifact(
                                MODEL,
                                Map.of("slot", TrainingService.SLOT, "file", model.toString()))));
        launch.put("cores", 1);
        launch.put("concurrency", 1);
        launch.put("modelCache", home.resolve("optimised").toString());
        launch.put("env", Map.of("TRAINING", "true"));
        launch.put("exitAfterWarmup", true);
        return launch;
    }

    private static Map<String, String> artifact(String name, Map<String, String> more) {
        Map<String, String> artifact = new LinkedHashMap<>(more);
        artifact.put("name", name);
        artifact.put("version", "1");
        artifact.put("digest", "sha256:none");
        return artifact;
    }
}

package dev.marmita.runner;

import dev.marmita.runner.StartFailedException.Reason;
import dev.marmita.runner.bundle.BundleArchive;
import dev.marmita.runner.bundle.BundleInvalidException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a service without the platform, from files on the author's disk. */
final class DeveloperMode {

    static final String USAGE =
            """
            Runs a Marmita service.

              RunnerMain <launch.json>
              RunnerMain --bundle <file.zip or folder> --model <slot>=<file.onnx> [options]

              --port <n>           port to listen on (3000; 0 takes any free one)
              --host <address>     address to listen on (127.0.0.1)
              --cores <n>          cores to use (all of this machine's)
              --concurrency <n>    requests at the same time (1)
              --max-body <bytes>   largest request (67108864)
              --env <key>=<value>  environment of the service; may be repeated
            """;

    /** A command line that is not understood; the message tells the usage. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String problem) {
            super(problem + "\n\n" + USAGE);
        }
    }

    private final Map<String, String> single = new LinkedHashMap<>();
    private final Map<String, String> models = new LinkedHashMap<>();
    private final Map<String, String> env = new LinkedHashMap<>();

    private DeveloperMode() {}

    /**
     * Reads a command line and unpacks the bundle.
     *
     * @throws UsageException where the line is not understood
     * @throws StartFailedException where a file is not there or not usable
     */
    static Launch launch(String[] args) throws UsageException, StartFailedException {
        DeveloperMode mode = new DeveloperMode();
        mode.parse(args);
        try {
            return mode.launch();
        } catch (IOException e) {
            throw new StartFailedException(Reason.START_FAILED, String.valueOf(e.getMessage()), e);
        } catch (BundleInvalidException e) {
            throw new StartFailedException(
                    Reason.BUNDLE_INVALID, String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private void parse(String[] args) throws UsageException {
        for (int i = 0; i < args.length; i += 2) {
            String option = args[i];
            if (i + 1 == args.length) {
                throw new UsageException(
                        List.of("--help", "-h").contains(option) ? "" : option + " needs a value");
            }
            String value = args[i + 1];
            switch (option) {
                case "--bundle", "--port", "--host", "--cores", "--concurrency", "--max-body" ->
                        single.put(option, value);
                case "--model" -> pair(option, value, models);
                case "--env" -> pair(option, value, env);
                default -> throw new UsageException("unknown option " + option);
            }
        }
        if (!single.containsKey("--bundle")) {
            throw new UsageException("--bundle is missing");
        }
    }

    private static void pair(String option, String value, Map<String, String> to)
            throws UsageException {
        int equals = value.indexOf('=');
        if (equals < 1) {
            throw new UsageException(option + " takes key=value, not " + value);
        }
        to.put(value.substring(0, equals), value.substring(equals + 1));
    }

    private Launch launch() throws IOException, BundleInvalidException {
        Path scratch = Files.createTempDirectory("marmita-");
        Path bundle = Path.of(single.getOrDefault("--bundle", ""));
        Path folder = bundle;
        if (!Files.isDirectory(bundle)) {
            folder = scratch.resolve("bundle");
            BundleArchive.unpack(bundle, folder);
        }
        List<Launch.BoundModel> bound = new ArrayList<>();
        for (Map.Entry<String, String> model : models.entrySet()) {
            Path file = Path.of(model.getValue());
            bound.add(new Launch.BoundModel(model.getKey(), nameOf(file), "1", digest(file), file));
        }
        int cores = number("--cores", Runtime.getRuntime().availableProcessors());
        return new Launch(
                "local",
                "local",
                1,
                "local",
                single.getOrDefault("--host", "127.0.0.1"),
                number("--port", 3000),
                Optional.empty(),
                Optional.empty(),
                scratch,
                new Launch.Bundle(nameOf(bundle), "dev", "sha256:dev", folder),
                bound,
                cores,
                number("--concurrency", 1),
                number("--max-body", 64 << 20),
                60_000,
                10_000,
                Optional.empty(),
                env,
                false);
    }

    private int number(String option, int otherwise) {
        String text = single.get(option);
        if (text == null) {
            return otherwise;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " takes a number, not " + text, e);
        }
    }

    private static String nameOf(Path file) {
        Path last = file.toAbsolutePath().normalize().getFileName();
        String name = last == null ? "model" : last.toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private static String digest(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no file " + file);
        }
        try (var in =
                new DigestInputStream(
                        Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return "sha256:" + HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

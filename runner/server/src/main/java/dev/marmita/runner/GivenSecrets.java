package dev.marmita.runner;

import dev.marmita.runner.StartFailedException.Reason;
import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonReading;
import dev.marmita.runner.binding.Shape;
import dev.marmita.service.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A deployment's secrets. They come on standard input after the launch file was read, as {@code
 * {"env":{…},"files":{name:base64}}}, and those that are files are written to a folder that is there while
 * the runner is. No error says what was in them.
 */
final class GivenSecrets implements AutoCloseable {

    /** The setting that tells a service where its files are. */
    static final String PLACE = "MARMITA_SECRETS";

    private static final int MAX_BYTES = 16 << 20;

    private final Launch launch;

    private GivenSecrets(Launch launch) {
        this.launch = launch;
    }

    /** As they come. */
    record Document(Map<String, String> env, Map<String, String> files) {}

    /**
     * Reads standard input to its end where the launch says that there are secrets.
     *
     * @throws StartFailedException where they do not come or cannot be written; nothing is left then
     */
    static GivenSecrets take(Launch launch, InputStream input) throws StartFailedException {
        if (launch.secrets().isEmpty()) {
            return new GivenSecrets(launch);
        }
        Path folder = launch.secrets().get();
        Document document = read(input);
        Map<String, String> env = new HashMap<>(launch.env());
        env.putAll(document.env());
        env.put(PLACE, folder.toString());
        GivenSecrets given = new GivenSecrets(launch.with(env));
        try {
            write(folder, document.files());
            return given;
        } catch (IOException e) {
            given.close();
            throw new StartFailedException(
                    Reason.START_FAILED, "the secrets cannot be written to " + folder, e);
        }
    }

    private static Document read(InputStream input) throws StartFailedException {
        byte[] bytes = {};
        try {
            bytes = input.readNBytes(MAX_BYTES);
            Shape shape = Shape.shapes().of(Document.class);
            try (var parser = new Json(MAX_BYTES).parser(bytes, 0, bytes.length)) {
                if (JsonReading.document(parser, shape) instanceof Document document) {
                    return document;
                }
            }
        } catch (Shape.UnsupportedTypeException e) {
            throw new IllegalStateException(e);
        } catch (IOException | BadInputException | IllegalArgumentException e) {
            // Its message might quote what was read.
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
        throw new StartFailedException(
                Reason.START_FAILED,
                "the platform did not hand over the secrets whole",
                new IOException("secrets"));
    }

    private static void write(Path folder, Map<String, String> files) throws IOException {
        Files.createDirectory(folder, mode("rwx------"));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path target = folder.resolve(file.getKey());
            if (!folder.equals(target.getParent())) {
                throw new IOException("not the name of a file");
            }
            byte[] value = Base64.getDecoder().decode(file.getValue());
            try (FileChannel out =
                    FileChannel.open(
                            target,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            mode("r--------"))) {
                ByteBuffer left = ByteBuffer.wrap(value);
                while (left.hasRemaining()) {
                    out.write(left);
                }
            } finally {
                Arrays.fill(value, (byte) 0);
            }
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /** With the secrets among the settings. */
    Launch launch() {
        return launch;
    }

    /** Removes the files. */
    @Override
    public void close() {
        launch.secrets().ifPresent(GivenSecrets::remove);
    }

    private static void remove(Path folder) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException left) {
            // The platform clears away after this process.
        }
    }
}

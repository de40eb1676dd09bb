package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.dataformat.yaml.YAMLMapper;

@Command(
        mixinStandardHelpOptions = true,
        name = "push",
        description = "Makes a bundle the next version of a service.")
@SuppressWarnings("NullAway.Init") // picocli sets them
final class ServicePush implements Callable<Integer> {
    private static final int MAX_MANIFEST_BYTES = 64 << 10;
    private final Context context;

    @Parameters(
            index = "0",
            paramLabel = "BUNDLE",
            description = "A .zip file with a service.yaml.")
    private Path bundle;

    @Option(names = "--name", description = "The service; by default the name in service.yaml.")
    private @Nullable String name;

    @Mixin private PushOptions options;

    ServicePush(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        String service = Optional.ofNullable(name).orElseGet(() -> nameIn(bundle));
        try (Api api = context.connect()) {
            ArtifactCommands.printVersion(
                    context.terminal(),
                    new Publisher(api, context.terminal())
                            .publish(ArtifactKind.SERVICE, service, bundle, options.details()));
            return ExitCode.OK;
        }
    }

    static String nameIn(Path bundle) {
        try (ZipFile zip = new ZipFile(bundle.toFile())) {
            ZipEntry manifest = zip.getEntry("service.yaml");
            if (manifest == null) {
                throw new CommandException(
                        ExitCode.USAGE, bundle + " has no service.yaml at its root");
            }
            try (InputStream in = zip.getInputStream(manifest)) {
                byte[] yaml = in.readNBytes(MAX_MANIFEST_BYTES);
                String name = Json.text(new YAMLMapper().readTree(yaml), "name");
                if (name.isEmpty()) {
                    throw new CommandException(
                            ExitCode.USAGE, "service.yaml in " + bundle + " has no name");
                }
                return name;
            }
        } catch (ZipException notAZip) {
            throw new CommandException(ExitCode.USAGE, bundle + " is not a zip file");
        } catch (JacksonException notYaml) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "service.yaml in %s is not YAML: %s"
                            .formatted(bundle, notYaml.getOriginalMessage()));
        } catch (IOException unreadable) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "%s cannot be read: %s".formatted(bundle, unreadable.getMessage()));
        }
    }
}

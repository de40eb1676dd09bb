package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        mixinStandardHelpOptions = true,
        name = "push",
        description = "Makes an ONNX file the next version of a model.")
@SuppressWarnings("NullAway.Init") // picocli sets them
final class ModelPush implements Callable<Integer> {
    private final Context context;

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description = "The model; made where there is none.")
    private String name;

    @Parameters(index = "1", paramLabel = "FILE", description = "An .onnx file.")
    private Path file;

    @Mixin private PushOptions options;

    ModelPush(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        try (Api api = context.connect()) {
            ArtifactCommands.printVersion(
                    context.terminal(),
                    new Publisher(api, context.terminal())
                            .publish(ArtifactKind.MODEL, name, file, options.details()));
            return ExitCode.OK;
        }
    }
}

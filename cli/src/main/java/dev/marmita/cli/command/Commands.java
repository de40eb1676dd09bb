package dev.marmita.cli.command;

import java.time.Duration;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.UsageMessageSpec;

/** All commands under one name. */
public final class Commands {
    private Commands() {}

    @Command(
            name = "marmita",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            synopsisSubcommandLabel = "COMMAND",
            description = "Serves ONNX document models to tenants: push, deploy, call.",
            footerHeading = "%nConnection:%n",
            footer = {
                "  MARMITA_URL and MARMITA_TOKEN, else the platform of this machine",
                "  (MARMITA_HOME/connection.json, written while it runs)."
            },
            exitCodeListHeading = "%nExit status:%n")
    private static final class Root {}

    private static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Commands.class.getPackage().getImplementationVersion();
            return new String[] {"marmita " + (version == null ? "(unpacked)" : version)};
        }
    }

    public static CommandLine root(Context context) {
        CommandLine root = new CommandLine(new Root());
        root.addSubcommand(new StatusCommand(context));
        CommandLine models =
                artifacts(context, ArtifactKind.MODEL, "Pushes, lists, labels and fetches models.");
        models.addSubcommand(new ModelPush(context));
        root.addSubcommand("model", models);
        CommandLine services =
                artifacts(
                        context,
                        ArtifactKind.SERVICE,
                        "Pushes, lists, labels and fetches services.");
        services.addSubcommand(new ServicePush(context));
        root.addSubcommand("service", services);
        root.addSubcommand(new TenantCommands(context));
        root.addSubcommand(new TokenCommands(context));
        root.addSubcommand(new SecretCommands(context, System.in));
        root.addSubcommand(new AdminCommands(context));
        root.addSubcommand(new UsageCommand(context));
        root.addSubcommand(new AuditCommands(context));
        root.addSubcommand(new DeployCommand(context));
        root.addSubcommand(new DeploymentCommands(context));
        root.addSubcommand(new InvokeCommand(context));
        return root;
    }

    private static CommandLine artifacts(Context context, ArtifactKind kind, String description) {
        CommandLine commands = new CommandLine(new ArtifactCommands(context, kind));
        commands.getCommandSpec().usageMessage().description(description);
        return commands;
    }

    /** To be called when all commands are in place. */
    public static void configure(CommandLine root, Context context) {
        root.setOut(context.terminal().out());
        root.setErr(context.terminal().err());
        root.setExecutionExceptionHandler(new Failures(context.terminal()));
        root.registerConverter(EndpointName.class, EndpointName::parse);
        root.registerConverter(Duration.class, Durations::parse);
        root.getCommandSpec().usageMessage().exitCodeList(exitCodes());
    }

    private static Map<String, String> exitCodes() {
        return UsageMessageSpec.keyValuesMap(ExitCode.LIST);
    }
}

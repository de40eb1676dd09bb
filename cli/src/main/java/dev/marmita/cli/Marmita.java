package dev.marmita.cli;

import dev.marmita.cli.command.Commands;
import dev.marmita.cli.command.Context;
import dev.marmita.cli.demo.DemoCommand;
import dev.marmita.cli.evaluate.EvaluateCommand;
import dev.marmita.cli.output.Terminal;
import java.util.Map;
import picocli.CommandLine;

/** The {@code marmita} command. */
public final class Marmita {
    private Marmita() {}

    public static void main(String[] arguments) {
        Map<String, String> environment = System.getenv();
        Terminal terminal = Terminal.ofProcess(environment);
        System.exit(run(new Context(terminal, environment), arguments));
    }

    /** @return the exit status (see {@link dev.marmita.cli.command.ExitCode}) */
    static int run(Context context, String... arguments) {
        CommandLine root = Commands.root(context);
        root.addSubcommand(new EvaluateCommand(context));
        root.addSubcommand(new DemoCommand(context));
        Commands.configure(root, context);
        try {
            return root.execute(arguments);
        } finally {
            context.terminal().out().flush();
            context.terminal().err().flush();
        }
    }
}

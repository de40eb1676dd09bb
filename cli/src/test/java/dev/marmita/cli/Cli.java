package dev.marmita.cli;

import dev.marmita.cli.command.Context;
import dev.marmita.cli.output.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;

/** The command, run in this JVM with captured output, as in a script (no terminal). */
public final class Cli {
    private final Map<String, String> environment = new HashMap<>();

    public Cli(FakePlatform platform) {
        environment.put("MARMITA_URL", platform.url().toString());
        environment.put("MARMITA_TOKEN", FakePlatform.TOKEN);
    }

    public Cli(Map<String, String> environment) {
        this.environment.putAll(environment);
    }

    public record Outcome(int exit, String out, String err) {}

    public Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), false, false);
        int exit = Marmita.run(new Context(terminal, environment), arguments);
        return new Outcome(exit, out.toString(), err.toString());
    }
}

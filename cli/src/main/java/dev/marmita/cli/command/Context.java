package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Connection;
import dev.marmita.cli.api.Retry;
import dev.marmita.cli.output.Terminal;
import java.util.Map;

/** What every command needs. The connection is made when a command asks for it: {@code --help} needs none. */
public record Context(Terminal terminal, Map<String, String> environment) {
    public Context {
        environment = Map.copyOf(environment);
    }

    /** To be closed by the caller. */
    public Api connect() {
        return new Api(Connection.from(environment), Retry.usual());
    }
}

package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import java.net.URI;

/** Where a deployment answers. */
public final class Endpoints {
    private Endpoints() {}

    /** As the platform says it, else by the gateway of the connection; ends with a slash. */
    public static URI of(Api api, EndpointName endpoint) {
        String told = Json.text(api.get(endpoint.path()), "endpoint");
        if (!told.isEmpty()) {
            return URI.create(told.endsWith("/") ? told : told + "/");
        }
        URI gateway =
                api.connection()
                        .gateway()
                        .orElseThrow(
                                () ->
                                        new CommandException(
                                                "The platform does not say where %s answers; set MARMITA_GATEWAY_URL."
                                                        .formatted(endpoint)));
        return URI.create(
                "%s/e/%s/%s/".formatted(gateway, endpoint.tenant(), endpoint.deployment()));
    }
}

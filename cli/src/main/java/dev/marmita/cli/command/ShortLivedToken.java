package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.ApiException;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.api.UnreachableException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A token for one deployment and this command: it is revoked at the end, and expires by itself if that fails. */
public final class ShortLivedToken implements AutoCloseable {
    private final Api api;
    private final String tenant;
    private final String id;
    private final String text;

    private ShortLivedToken(Api api, String tenant, String id, String text) {
        this.api = api;
        this.tenant = tenant;
        this.id = id;
        this.text = text;
    }

    public static ShortLivedToken create(Api api, EndpointName endpoint, String purpose) {
        ObjectNode request = Json.object().put("name", purpose).put("expiresIn", "12h");
        request.set("scopes", Json.of(List.of("invoke")));
        request.set("deployments", Json.of(List.of(endpoint.deployment())));
        JsonNode token = api.post(Api.path("tenants", endpoint.tenant(), "tokens"), request);
        return new ShortLivedToken(
                api, endpoint.tenant(), Json.text(token, "id"), Json.text(token, "token"));
    }

    public String text() {
        return text;
    }

    @Override
    public void close() {
        try {
            api.delete(Api.path("tenants", tenant, "tokens", id));
        } catch (ApiException | UnreachableException goneOrDown) {
            // It expires by itself.
        }
    }
}

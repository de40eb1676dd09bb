package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import picocli.CommandLine;

/** A deployment of a tenant, as people write it: {@code acme/receipts}. */
public record EndpointName(String tenant, String deployment) {

    /** @throws CommandLine.TypeConversionException unless it is like {@code acme/receipts} */
    public static EndpointName parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1 || text.indexOf('/', slash + 1) >= 0) {
            throw new CommandLine.TypeConversionException(
                    "'" + text + "' is not like TENANT/DEPLOYMENT");
        }
        return new EndpointName(text.substring(0, slash), text.substring(slash + 1));
    }

    /** Its place in the REST API. */
    public String path() {
        return Api.path("tenants", tenant, "deployments", deployment);
    }

    @Override
    public String toString() {
        return tenant + "/" + deployment;
    }
}

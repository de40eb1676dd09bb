package dev.marmita.gateway;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a request wants to go, read from its target and host. */
sealed interface Address {

    /**
     * An endpoint, which may not exist.
     *
     * @param prefix of the path that was taken off; empty where the host names the endpoint
     * @param target path and query for the replica, byte for byte as the client sent them
     */
    record Endpoint(String tenant, String deployment, String prefix, String target)
            implements Address {}

    /** A page of the gateway itself, which may not exist. */
    record Own(String path) implements Address {}

    record Malformed(Refusal refusal) implements Address {}

    /** Reads addresses. */
    final class Reader {

        private static final String PATHS = "/e/";
        private static final String SCHEME = "http://";

        private final String suffix;

        /**
         * @param domain of host names that are endpoints; empty: none are
         */
        Reader(String domain) {
            this.suffix = domain.isEmpty() ? "" : "." + domain;
        }

        /**
         * @param target as in the request line or {@code :path}
         * @param host of the {@code Host} header or {@code :authority}, with or without a port
         * @param metadataTenant of the gRPC metadata, null: none; so is the deployment
         */
        Address read(
                String target,
                @Nullable String host,
                @Nullable String metadataTenant,
                @Nullable String metadataDeployment) {
            String authority = host;
            String rest = target;
            if (target.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
                int slash = target.indexOf('/', SCHEME.length());
                int end = slash < 0 ? target.length() : slash;
                authority = target.substring(SCHEME.length(), end);
                rest = slash < 0 ? "/" : target.substring(slash);
            }
            String problem = TargetRules.problem(rest);
            if (problem != null) {
                return new Malformed(Refusal.malformed(400, problem));
            }
            Endpoint byHost = byHost(authority, rest);
            if (byHost != null) {
                return byHost;
            }
            if (rest.startsWith(PATHS)) {
                return byPath(rest);
            }
            if (metadataTenant != null && metadataDeployment != null) {
                return new Endpoint(metadataTenant, metadataDeployment, "", rest);
            }
            return new Own(path(rest));
        }

        private @Nullable Endpoint byHost(@Nullable String authority, String target) {
            if (authority == null || suffix.isEmpty()) {
                return null;
            }
            String name = withoutPort(authority).toLowerCase(Locale.ROOT);
            if (!name.endsWith(suffix)) {
                return null;
            }
            String labels = name.substring(0, name.length() - suffix.length());
            int dot = labels.indexOf('.');
            if (dot < 1 || dot == labels.length() - 1 || labels.indexOf('.', dot + 1) >= 0) {
                return null;
            }
            return new Endpoint(labels.substring(dot + 1), labels.substring(0, dot), "", target);
        }

        private static Address byPath(String target) {
            int tenantEnd = target.indexOf('/', PATHS.length());
            if (tenantEnd < 0) {
                return new Own(path(target));
            }
            int end = tenantEnd + 1;
            while (end < target.length()
                    && target.charAt(end) != '/'
                    && target.charAt(end) != '?') {
                end++;
            }
            String rest = target.substring(end);
            return new Endpoint(
                    target.substring(PATHS.length(), tenantEnd),
                    target.substring(tenantEnd + 1, end),
                    target.substring(0, end),
                    rest.startsWith("/") ? rest : "/" + rest);
        }

        private static String path(String target) {
            int query = target.indexOf('?');
            return query < 0 ? target : target.substring(0, query);
        }

        private static String withoutPort(String authority) {
            int colon = authority.lastIndexOf(':');
            return colon < 0 ? authority : authority.substring(0, colon);
        }
    }
}

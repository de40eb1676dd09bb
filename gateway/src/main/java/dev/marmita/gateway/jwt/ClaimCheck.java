package dev.marmita.gateway.jwt;

import dev.marmita.access.Grant;
import dev.marmita.access.Principal;
import dev.marmita.routing.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a token of one issuer has to say, and whom that makes its holder. Pure. */
final class ClaimCheck {

    /** Of all groups with their parents; beyond it somebody tries to fill our memory. */
    private static final int MOST_GROUPS = 2_000;

    /** Keycloak's tokens that are for its own pages or for showing who somebody is. */
    private static final Set<String> NOT_FOR_CALLS = Set.of("ID", "Refresh", "Offline", "Logout");

    private final IssuerSettings issuer;
    private final Duration skew;

    ClaimCheck(IssuerSettings issuer, Duration skew) {
        this.issuer = issuer;
        this.skew = skew;
    }

    /** {@link Verification.Accepted} or {@link Verification.Refused}. */
    Verification check(JsonNode claims, Instant now) {
        String subject = text(claims, "sub");
        Instant expires = moment(claims, "exp");
        if (subject.isEmpty() || expires == null) {
            return refused("the token says not for whom it is, or until when");
        }
        if (!now.isBefore(expires.plus(skew))) {
            return refused("the token has expired");
        }
        for (String start : List.of("nbf", "iat")) {
            Instant from = moment(claims, start);
            if (claims.has(start) && (from == null || now.plus(skew).isBefore(from))) {
                return refused("the token is not valid yet");
            }
        }
        if (NOT_FOR_CALLS.contains(text(claims, "typ"))) {
            return refused("this kind of token is not for calls");
        }
        return member(claims, subject, expires);
    }

    private Verification member(JsonNode claims, String subject, Instant expires) {
        Optional<Optional<TenantId>> home = home(claims);
        if (home.isEmpty()) {
            return refused("the token is for another audience");
        }
        Set<String> groups = groups(claims);
        if (groups.size() > MOST_GROUPS) {
            return refused("the token names too many groups");
        }
        return new Verification.Accepted(
                issuer.uri(),
                name(claims, subject),
                member(subject, home.get(), groups, Optional.of(expires.plus(skew))));
    }

    /**
     * Somebody of this issuer, with the roles that his groups give.
     *
     * @param home the only tenant that his token is good for
     * @param groups as {@link #groups} gives them
     */
    Principal.Member member(
            String subject,
            Optional<TenantId> home,
            Set<String> groups,
            Optional<Instant> expiresAt) {
        Set<Grant> grants = new HashSet<>();
        issuer.roles().forEach(rule -> rule.addTo(grants, groups, home));
        return new Principal.Member(subject, home, GroupNames.all(groups), grants, expiresAt);
    }

    /** The tenant that a token is good for; within: empty where it is good for all; empty: for none. */
    private Optional<Optional<TenantId>> home(JsonNode claims) {
        Set<String> audiences = Set.copyOf(texts(claims.path("aud")));
        boolean everywhere = audiences.stream().anyMatch(issuer.audiences()::contains);
        Set<TenantId> tenants = tenants(audiences);
        Optional<TenantId> only = issuer.tenant();
        if (only.isPresent()) {
            boolean meant = everywhere || tenants.contains(only.get());
            return meant ? Optional.of(only) : Optional.empty();
        }
        if (everywhere) {
            return Optional.of(Optional.empty());
        }
        // Providers add audiences for every role; the client that asked for the token decides then.
        Set<TenantId> chosen = tenants.size() > 1 ? tenants(Set.of(text(claims, "azp"))) : tenants;
        return chosen.stream().findFirst().filter(tenants::contains).map(Optional::of);
    }

    private static Verification refused(String reason) {
        return new Verification.Refused(reason);
    }

    private static String name(JsonNode claims, String subject) {
        for (String claim : List.of("preferred_username", "email", "client_id", "azp")) {
            String name = text(claims, claim);
            if (!name.isEmpty()) {
                return name;
            }
        }
        return subject;
    }

    private Set<TenantId> tenants(Set<String> audiences) {
        String pattern = issuer.tenantAudience();
        Set<TenantId> tenants = new HashSet<>();
        if (pattern.isEmpty()) {
            return tenants;
        }
        int at = pattern.indexOf(IssuerSettings.TENANT);
        String head = pattern.substring(0, at);
        String tail = pattern.substring(at + IssuerSettings.TENANT.length());
        // The platform's own client is an audience where it may ask about tokens, and no tenant.
        String own = issuer.onlineCheck().map(IssuerSettings.OnlineCheck::clientId).orElse("");
        for (String audience : audiences) {
            if (audience.equals(own)) {
                continue;
            }
            TenantPattern.between(head, tail, audience).ifPresent(tenants::add);
        }
        return tenants;
    }

    /** Normal names; with parents and roles as settings say. */
    Set<String> groups(JsonNode claims) {
        Set<String> groups = new HashSet<>();
        for (String group : texts(at(claims, issuer.claims().groups()))) {
            // Only real roles may look like one.
            if (!group.isBlank() && !group.startsWith("role:")) {
                GroupNames.add(groups, group, issuer.claims().subgroups());
            }
        }
        if (issuer.claims().roles()) {
            texts(claims.path("realm_access").path("roles"))
                    .forEach(role -> groups.add("role:" + role));
            for (Map.Entry<String, JsonNode> client : claims.path("resource_access").properties()) {
                texts(client.getValue().path("roles"))
                        .forEach(role -> groups.add("role:" + client.getKey() + ":" + role));
            }
        }
        return groups;
    }

    /** A claim of that very name, else the one within. */
    private static JsonNode at(JsonNode claims, String name) {
        JsonNode exact = claims.path(name);
        int dot = name.indexOf('.');
        return !exact.isMissingNode() || dot < 1
                ? exact
                : at(claims.path(name.substring(0, dot)), name.substring(dot + 1));
    }

    private static List<String> texts(JsonNode value) {
        if (value.isString()) {
            return List.of(value.stringValue());
        }
        return value.isArray()
                ? value.valueStream().filter(JsonNode::isString).map(JsonNode::stringValue).toList()
                : List.of();
    }

    private static String text(JsonNode claims, String name) {
        JsonNode value = claims.path(name);
        return value.isString() ? value.stringValue() : "";
    }

    /** Seconds since 1970 (RFC 7519); null: none that can be meant. */
    private static @Nullable Instant moment(JsonNode claims, String name) {
        JsonNode value = claims.path(name);
        if (!value.isNumber()) {
            return null;
        }
        double seconds = value.doubleValue();
        return seconds >= 0 && seconds < 1e11 ? Instant.ofEpochMilli((long) (seconds * 1e3)) : null;
    }
}

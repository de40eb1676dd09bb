package dev.marmita.platform.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.representations.idm.ClientScopeRepresentation;
import org.keycloak.representations.idm.ProtocolMapperRepresentation;

/** What the things that the platform makes in a Keycloak realm look like. */
final class RealmNaming {

    /** Marks what a platform made; its value says which platform. */
    static final String MARK = "marmita.owner";

    private static final String PROTOCOL = "openid-connect";
    private static final String YES = "true";
    private static final String NO = "false";

    private RealmNaming() {}

    static ClientScopeRepresentation scope(
            String name, String owner, Optional<String> introspecting) {
        ClientScopeRepresentation scope = new ClientScopeRepresentation();
        scope.setName(name);
        scope.setDescription("Calls endpoints of Marmita; made and kept by it");
        scope.setProtocol(PROTOCOL);
        scope.setAttributes(
                Map.of(MARK, owner, "include.in.token.scope", NO, "display.on.consent.screen", NO));
        scope.setProtocolMappers(mappers(name, introspecting));
        return scope;
    }

    /**
     * By which tokens name their holder's groups, and the tenant whose endpoints they are for.
     *
     * @param introspecting client that asks about tokens: Keycloak answers only who is an audience of them
     */
    static List<ProtocolMapperRepresentation> mappers(
            String audience, Optional<String> introspecting) {
        List<ProtocolMapperRepresentation> mappers = new ArrayList<>(mappers(audience));
        introspecting.ifPresent(
                client ->
                        mappers.add(
                                mapper(
                                        "platform",
                                        "oidc-audience-mapper",
                                        Map.of(
                                                "included.client.audience", client,
                                                "access.token.claim", YES,
                                                "introspection.token.claim", YES,
                                                "id.token.claim", NO))));
        return mappers;
    }

    private static List<ProtocolMapperRepresentation> mappers(String audience) {
        return List.of(
                mapper(
                        "groups",
                        "oidc-group-membership-mapper",
                        Map.of(
                                "claim.name", "groups",
                                "full.path", YES,
                                "access.token.claim", YES,
                                "introspection.token.claim", YES,
                                "id.token.claim", NO,
                                "userinfo.token.claim", NO)),
                mapper(
                        "audience",
                        "oidc-audience-mapper",
                        Map.of(
                                "included.custom.audience", audience,
                                "access.token.claim", YES,
                                "introspection.token.claim", YES,
                                "id.token.claim", NO)));
    }

    private static ProtocolMapperRepresentation mapper(
            String name, String type, Map<String, String> config) {
        ProtocolMapperRepresentation mapper = new ProtocolMapperRepresentation();
        mapper.setName(name);
        mapper.setProtocol(PROTOCOL);
        mapper.setProtocolMapper(type);
        mapper.setConfig(config);
        return mapper;
    }

    /** Whether a mapper that is there does what the wanted one does; others may say more. */
    static boolean does(
            ProtocolMapperRepresentation wanted, List<ProtocolMapperRepresentation> there) {
        return there.stream()
                .anyMatch(
                        each ->
                                wanted.getName().equals(each.getName())
                                        && wanted.getProtocolMapper()
                                                .equals(each.getProtocolMapper())
                                        && each.getConfig()
                                                .entrySet()
                                                .containsAll(wanted.getConfig().entrySet()));
    }

    /**
     * For people it is public, with PKCE and for programs on their own machine (RFC 8252) or with the device's code
     * (RFC 8628); for machines it has a secret, that the realm chooses.
     */
    static ClientRepresentation client(String name, boolean machine, String owner) {
        ClientRepresentation client = new ClientRepresentation();
        client.setClientId(name);
        client.setName(machine ? "Marmita: machines of a tenant" : "Marmita: people of a tenant");
        client.setProtocol(PROTOCOL);
        client.setEnabled(true);
        client.setDirectAccessGrantsEnabled(false);
        client.setImplicitFlowEnabled(false);
        client.setPublicClient(!machine);
        client.setServiceAccountsEnabled(machine);
        client.setStandardFlowEnabled(!machine);
        if (machine) {
            client.setAttributes(Map.of(MARK, owner));
        } else {
            client.setRedirectUris(List.of("http://127.0.0.1/*", "http://localhost/*"));
            client.setAttributes(
                    Map.of(
                            MARK,
                            owner,
                            "pkce.code.challenge.method",
                            "S256",
                            "oauth2.device.authorization.grant.enabled",
                            YES));
        }
        return client;
    }

    /** Whether it can do its work. Whether it is enabled is not asked: somebody may have had a reason. */
    static boolean isSound(ClientRepresentation client, boolean machine, String scope) {
        List<String> scopes = client.getDefaultClientScopes();
        return scopes != null
                && scopes.contains(scope)
                && Boolean.valueOf(machine).equals(client.isServiceAccountsEnabled())
                && Boolean.valueOf(!machine).equals(client.isPublicClient())
                && !Boolean.TRUE.equals(client.isImplicitFlowEnabled());
    }
}

package dev.marmita.platform.identity;

import dev.marmita.access.Role;
import dev.marmita.gateway.jwt.IssuerSettings;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.keycloak.OAuth2Constants;
import org.keycloak.admin.client.JacksonProvider;
import org.keycloak.admin.client.Keycloak;
import org.keycloak.admin.client.KeycloakBuilder;
import org.keycloak.admin.client.resource.ClientResource;
import org.keycloak.admin.client.resource.RealmResource;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.representations.idm.ClientScopeRepresentation;
import org.keycloak.representations.idm.GroupRepresentation;
import org.keycloak.representations.idm.ProtocolMapperRepresentation;
import org.keycloak.representations.idm.RoleRepresentation;

/** A realm of a Keycloak, by its admin API, as a client whose service account may manage users and clients. */
final class KeycloakRealm implements Realm {

    private static final long CONNECT_SECONDS = 3;
    private static final long READ_SECONDS = 20;
    private static final int MOST = 10_000;

    private final String owner;
    private final String prefix;
    private final Optional<String> introspecting;
    private final Client http;
    private final Keycloak keycloak;
    private final RealmResource realm;

    /**
     * @param owner marks what is made
     */
    KeycloakRealm(IdentityProperties.Issuer issuer, String owner) {
        String uri = issuer.uri();
        int at = uri.lastIndexOf("/realms/");
        String name = uri.substring(at + "/realms/".length()).replaceAll("/+$", "");
        String pattern = issuer.tenantAudience();
        this.owner = owner;
        this.prefix = pattern.substring(0, pattern.indexOf(IssuerSettings.TENANT));
        this.introspecting =
                issuer.introspect() ? Optional.ofNullable(issuer.clientId()) : Optional.empty();
        this.http =
                ClientBuilder.newBuilder()
                        .connectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                        .readTimeout(READ_SECONDS, TimeUnit.SECONDS)
                        .register(JacksonProvider.class, 100)
                        .build();
        this.keycloak =
                KeycloakBuilder.builder()
                        .serverUrl(uri.substring(0, at))
                        .realm(name)
                        .grantType(OAuth2Constants.CLIENT_CREDENTIALS)
                        .clientId(String.valueOf(issuer.clientId()))
                        .clientSecret(String.valueOf(issuer.clientSecret()))
                        .resteasyClient(http)
                        .build();
        this.realm = keycloak.realm(name);
    }

    @Override
    public ObservedRealm observe(Set<String> groups, Set<String> names) throws RealmException {
        return asked(
                () -> {
                    Map<String, ObservedRealm.Scope> scopes = scopes(names);
                    return new ObservedRealm(groups(groups), scopes, clients(names));
                });
    }

    private Map<String, ObservedRealm.Group> groups(Set<String> wanted) {
        Map<String, ObservedRealm.Group> found = new HashMap<>();
        for (GroupRepresentation each :
                realm.groups().query(RealmNaming.MARK + ":" + owner, false, 0, MOST, false)) {
            put(found, each);
        }
        for (String path : wanted) {
            GroupRepresentation group = found.containsKey(path) ? null : group(path);
            if (group != null) {
                put(found, group);
            }
        }
        return found;
    }

    private void put(Map<String, ObservedRealm.Group> found, GroupRepresentation group) {
        List<String> marks =
                group.getAttributes() == null ? null : group.getAttributes().get(RealmNaming.MARK);
        found.put(
                group.getPath(),
                new ObservedRealm.Group(
                        group.getId(), group.getPath(), marks != null && marks.contains(owner)));
    }

    private @Nullable GroupRepresentation group(String path) {
        try {
            return realm.getGroupByPath(path.substring(1));
        } catch (NotFoundException none) {
            return null;
        }
    }

    private Map<String, ObservedRealm.Scope> scopes(Set<String> names) {
        Map<String, ObservedRealm.Scope> found = new HashMap<>();
        for (ClientScopeRepresentation each : realm.clientScopes().findAll()) {
            boolean ours =
                    each.getAttributes() != null
                            && owner.equals(each.getAttributes().get(RealmNaming.MARK));
            if (ours || names.contains(each.getName())) {
                List<ProtocolMapperRepresentation> there =
                        each.getProtocolMappers() == null ? List.of() : each.getProtocolMappers();
                found.put(
                        each.getName(),
                        new ObservedRealm.Scope(
                                each.getId(),
                                each.getName(),
                                ours,
                                RealmNaming.mappers(each.getName(), introspecting).stream()
                                        .allMatch(wanted -> RealmNaming.does(wanted, there))));
            }
        }
        return found;
    }

    private Map<String, ObservedRealm.Client> clients(Set<String> names) {
        Map<String, ObservedRealm.Client> found = new HashMap<>();
        // By name: a realm finds clients by attribute only where its server was set up for it.
        for (ClientRepresentation each : realm.clients().findAll(prefix, null, true, 0, MOST)) {
            if (isOurs(each) || names.contains(each.getClientId())) {
                found.put(each.getClientId(), observed(each));
            }
        }
        return found;
    }

    private ObservedRealm.Client observed(ClientRepresentation client) {
        String name = client.getClientId();
        boolean ours = isOurs(client);
        boolean machine = name.endsWith(RealmPlanner.MACHINE);
        String scope =
                machine ? name.substring(0, name.length() - RealmPlanner.MACHINE.length()) : name;
        boolean sound = ours && RealmNaming.isSound(client, machine, scope);
        return new ObservedRealm.Client(
                client.getId(),
                name,
                ours,
                sound,
                ours && !machine ? roles(client.getId()) : Set.of(),
                sound && machine ? groupsOfAccount(client.getId()) : Set.of());
    }

    private boolean isOurs(ClientRepresentation client) {
        return client.getAttributes() != null
                && owner.equals(client.getAttributes().get(RealmNaming.MARK));
    }

    private Set<Role> roles(String client) {
        Set<String> names =
                realm.clients().get(client).roles().list().stream()
                        .map(RoleRepresentation::getName)
                        .collect(Collectors.toSet());
        return TenantRoles.ALL.stream()
                .filter(role -> names.contains(role.text()))
                .collect(Collectors.toSet());
    }

    private Set<String> groupsOfAccount(String client) {
        String user = realm.clients().get(client).getServiceAccountUser().getId();
        return realm.users().get(user).groups(0, MOST).stream()
                .map(GroupRepresentation::getPath)
                .collect(Collectors.toSet());
    }

    @Override
    public boolean apply(Change change) throws RealmException {
        return asked(() -> done(change));
    }

    private boolean done(Change change) {
        return switch (change) {
            case Change.MakeGroup make -> make(make.path());
            case Change.RemoveGroup remove -> remove(remove);
            case Change.MakeScope make ->
                    made(
                            realm.clientScopes()
                                    .create(RealmNaming.scope(make.name(), owner, introspecting)));
            case Change.MendScope mend -> mend(mend);
            case Change.RemoveScope remove ->
                    gone(() -> realm.clientScopes().get(remove.id()).remove());
            case Change.MakeClient make -> make(make);
            case Change.MendClient mend -> mend(mend);
            case Change.RemoveClient remove ->
                    gone(() -> realm.clients().get(remove.id()).remove());
            case Change.MakeRole make -> make(make);
            case Change.Join join -> membership(join.client(), join.group(), true);
            case Change.Leave leave -> membership(leave.client(), leave.group(), false);
        };
    }

    private boolean make(String path) {
        GroupRepresentation group = new GroupRepresentation();
        int slash = path.lastIndexOf('/');
        group.setName(path.substring(slash + 1));
        group.setAttributes(Map.of(RealmNaming.MARK, List.of(owner)));
        if (slash == 0) {
            return made(realm.groups().add(group));
        }
        GroupRepresentation parent = group(path.substring(0, slash));
        return parent != null && made(realm.groups().group(parent.getId()).subGroup(group));
    }

    private boolean remove(Change.RemoveGroup remove) {
        try {
            var group = realm.groups().group(remove.id());
            if (!group.getSubGroups(0, 1, true).isEmpty()) {
                return false;
            }
            group.remove();
            return true;
        } catch (NotFoundException gone) {
            return false;
        }
    }

    private boolean mend(Change.MendScope mend) {
        var mappers = realm.clientScopes().get(mend.id()).getProtocolMappers();
        List<ProtocolMapperRepresentation> there = mappers.getMappers();
        for (ProtocolMapperRepresentation wanted :
                RealmNaming.mappers(mend.name(), introspecting)) {
            if (!RealmNaming.does(wanted, there)) {
                there.stream()
                        .filter(each -> wanted.getName().equals(each.getName()))
                        .forEach(each -> mappers.delete(each.getId()));
                made(mappers.createMapper(wanted));
            }
        }
        return true;
    }

    private boolean make(Change.MakeClient make) {
        boolean made =
                made(
                        realm.clients()
                                .create(RealmNaming.client(make.name(), make.machine(), owner)));
        ClientResource client = client(make.name());
        if (client != null) {
            give(client, make.scope());
        }
        return made;
    }

    private boolean mend(Change.MendClient mend) {
        ClientResource client = realm.clients().get(mend.id());
        ClientRepresentation there = client.toRepresentation();
        there.setServiceAccountsEnabled(mend.machine());
        there.setPublicClient(!mend.machine());
        there.setImplicitFlowEnabled(false);
        client.update(there);
        give(client, mend.scope());
        return true;
    }

    private void give(ClientResource client, String scope) {
        realm.clientScopes().findAll().stream()
                .filter(each -> each.getName().equals(scope))
                .findFirst()
                .ifPresent(each -> client.addDefaultClientScope(each.getId()));
    }

    private boolean make(Change.MakeRole make) {
        ClientResource client = client(make.client());
        if (client == null) {
            return false;
        }
        RoleRepresentation role = new RoleRepresentation();
        role.setName(make.role().text());
        role.setDescription("On Marmita, in this tenant");
        client.roles().create(role);
        return true;
    }

    private boolean membership(String name, String path, boolean member) {
        ClientResource client = client(name);
        GroupRepresentation group = group(path);
        if (client == null || group == null) {
            return false;
        }
        var account = realm.users().get(client.getServiceAccountUser().getId());
        if (member) {
            account.joinGroup(group.getId());
        } else {
            account.leaveGroup(group.getId());
        }
        return true;
    }

    private @Nullable ClientResource client(String name) {
        return realm.clients().findByClientId(name).stream()
                .findFirst()
                .map(each -> realm.clients().get(each.getId()))
                .orElse(null);
    }

    /** That somebody made it a moment ago is as good. */
    private static boolean made(Response response) {
        try (response) {
            int status = response.getStatus();
            if (status >= 300 && status != 409) {
                throw new WebApplicationException(response);
            }
            return status != 409;
        }
    }

    private static boolean gone(Runnable removal) {
        try {
            removal.run();
            return true;
        } catch (NotFoundException already) {
            return false;
        }
    }

    private static <T> T asked(Supplier<T> question) throws RealmException {
        try {
            return question.get();
        } catch (WebApplicationException answered) {
            int status = answered.getResponse().getStatus();
            throw switch (status) {
                case 401, 403 ->
                        new RealmException(
                                "NotPermitted",
                                "the realm does not let the platform's client manage users and clients",
                                answered);
                default ->
                        new RealmException(
                                status >= 500 ? "IdentityProviderUnavailable" : "Refused",
                                "the identity provider answered " + status,
                                answered);
            };
        } catch (ProcessingException unreachable) {
            if (unreachable.getCause() instanceof WebApplicationException answered) {
                return asked(
                        () -> {
                            throw answered;
                        });
            }
            throw new RealmException(
                    "IdentityProviderUnavailable",
                    "the identity provider does not answer",
                    unreachable);
        }
    }

    @Override
    public void close() {
        keycloak.close();
        http.close();
    }
}

package dev.marmita.platform.identity;

import dev.marmita.access.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A realm in memory. What it holds may be changed behind the platform's back. */
final class FakeRealm implements Realm {

    final Map<String, ObservedRealm.Group> groups = new HashMap<>();
    final Map<String, ObservedRealm.Scope> scopes = new HashMap<>();
    final Map<String, ObservedRealm.Client> clients = new HashMap<>();
    final List<String> log = new ArrayList<>();
    boolean down;

    void foreignGroup(String path) {
        groups.put(path, new ObservedRealm.Group(path, path, false));
    }

    @Override
    public ObservedRealm observe(Set<String> paths, Set<String> names) throws RealmException {
        if (down) {
            throw new RealmException("IdentityProviderUnavailable", "down", new Exception("down"));
        }
        Map<String, ObservedRealm.Group> seen = new HashMap<>(groups);
        seen.values().removeIf(each -> !each.ours() && !paths.contains(each.path()));
        Map<String, ObservedRealm.Client> known = new HashMap<>(clients);
        known.values().removeIf(each -> !each.ours() && !names.contains(each.name()));
        return new ObservedRealm(seen, scopes, known);
    }

    @Override
    public boolean apply(Change change) {
        log.add(change.text());
        switch (change) {
            case Change.MakeGroup make -> {
                String parent = make.path().substring(0, make.path().lastIndexOf('/'));
                if (!parent.isEmpty() && !groups.containsKey(parent)) {
                    throw new AssertionError("no parent: " + make.path());
                }
                groups.put(make.path(), new ObservedRealm.Group(make.path(), make.path(), true));
            }
            case Change.RemoveGroup remove -> {
                boolean parent =
                        groups.keySet().stream()
                                .anyMatch(each -> each.startsWith(remove.path() + "/"));
                return !parent && groups.remove(remove.path()) != null;
            }
            case Change.MakeScope make -> scope(make.name());
            case Change.MendScope mend -> scope(mend.name());
            case Change.RemoveScope remove -> scopes.remove(remove.name());
            case Change.MakeClient make -> client(make.name(), Set.of(), Set.of());
            case Change.MendClient mend -> {
                ObservedRealm.Client before = clients.get(mend.name());
                client(mend.name(), before.roles(), before.groups());
            }
            case Change.RemoveClient remove -> clients.remove(remove.name());
            case Change.MakeRole make -> {
                Set<Role> roles = new HashSet<>(clients.get(make.client()).roles());
                roles.add(make.role());
                client(make.client(), roles, Set.of());
            }
            case Change.Join join -> members(join.client(), join.group(), true);
            case Change.Leave leave -> members(leave.client(), leave.group(), false);
        }
        return true;
    }

    private void members(String client, String group, boolean member) {
        if (!groups.containsKey(group)) {
            throw new AssertionError("no group: " + group);
        }
        Set<String> all = new HashSet<>(clients.get(client).groups());
        if (member) {
            all.add(group);
        } else {
            all.remove(group);
        }
        client(client, Set.of(), all);
    }

    private void scope(String name) {
        scopes.put(name, new ObservedRealm.Scope(name, name, true, true));
    }

    private void client(String name, Set<Role> roles, Set<String> of) {
        clients.put(name, new ObservedRealm.Client(name, name, true, true, roles, of));
    }

    @Override
    public void close() {}
}

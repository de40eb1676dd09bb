package dev.marmita.platform.identity;

import dev.marmita.access.Role;

/** Something that is done to a realm. Doing it again does no harm. */
sealed interface Change {

    /** For people: {@code group /a/b made}. */
    String text();

    /** The group above is there already. */
    record MakeGroup(String path) implements Change {
        @Override
        public String text() {
            return "group " + path + " made";
        }
    }

    /** Kept where somebody else has put a group below it. */
    record RemoveGroup(String id, String path) implements Change {
        @Override
        public String text() {
            return "group " + path + " removed";
        }
    }

    /** A client scope that puts the audience of that name, and groups, into tokens. */
    record MakeScope(String name) implements Change {
        @Override
        public String text() {
            return "client scope " + name + " made";
        }
    }

    /** Puts its mappers right. */
    record MendScope(String id, String name) implements Change {
        @Override
        public String text() {
            return "client scope " + name + " put right";
        }
    }

    record RemoveScope(String id, String name) implements Change {
        @Override
        public String text() {
            return "client scope " + name + " removed";
        }
    }

    /**
     * With the scope of its tenant.
     *
     * @param machine whether machines get tokens by it, with a secret; else people
     */
    record MakeClient(String name, String scope, boolean machine) implements Change {
        @Override
        public String text() {
            return "client " + name + " made";
        }
    }

    /** Gives it the scope, and the flags without which it is no use. */
    record MendClient(String id, String name, String scope, boolean machine) implements Change {
        @Override
        public String text() {
            return "client " + name + " put right";
        }
    }

    record RemoveClient(String id, String name) implements Change {
        @Override
        public String text() {
            return "client " + name + " removed";
        }
    }

    /** Of a client that is there. */
    record MakeRole(String client, Role role) implements Change {
        @Override
        public String text() {
            return "role " + role.text() + " of client " + client + " made";
        }
    }

    /** The machine's account becomes a member; both are there already. */
    record Join(String client, String group) implements Change {
        @Override
        public String text() {
            return "machine " + client + " put into group " + group;
        }
    }

    /** The machine's account is a member no more, of a group that this platform made. */
    record Leave(String client, String group) implements Change {
        @Override
        public String text() {
            return "machine " + client + " taken out of group " + group;
        }
    }
}

package dev.marmita.platform.secrets;

import dev.marmita.routing.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Seals each version of each secret with a key of its own, and that key with a master key. Both seals hold
 * for one tenant, name and version: what is moved to another place in the database does not open.
 */
final class Envelope {

    /** As it lies in the database. */
    record Sealed(byte[] content, byte[] key, String masterKey) {

        /** Also without what is sealed. */
        @Override
        public String toString() {
            return "Sealed[" + masterKey + "]";
        }
    }

    /** Which version it is. */
    record Place(TenantId tenant, SecretName name, long version) {

        /** None of its parts can hold the separator. */
        private byte[] context(String what) {
            return ("marmita/secret/1/" + what + "/" + tenant + "/" + name + "/" + version)
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    private final KeyWrapper masters;
    private final AesGcm cipher;

    Envelope(KeyWrapper masters, SecureRandom random) {
        this.masters = masters;
        this.cipher = new AesGcm(random);
    }

    Sealed seal(Place place, byte[] value) {
        byte[] key = cipher.newKey();
        try {
            return new Sealed(
                    cipher.seal(key, value, place.context("value")),
                    masters.wrap(key, place.context("key")),
                    masters.current());
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    byte[] open(Place place, Sealed sealed) throws BrokenSealException {
        byte[] key = masters.unwrap(sealed.masterKey(), sealed.key(), place.context("key"));
        try {
            return cipher.open(key, sealed.content(), place.context("value"));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** The same under the present master key; the value stays shut. */
    Sealed renewed(Place place, Sealed sealed) throws BrokenSealException {
        byte[] key = masters.unwrap(sealed.masterKey(), sealed.key(), place.context("key"));
        try {
            return new Sealed(
                    sealed.content(), masters.wrap(key, place.context("key")), masters.current());
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}

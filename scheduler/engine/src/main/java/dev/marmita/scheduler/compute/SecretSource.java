package dev.marmita.scheduler.compute;

import dev.marmita.routing.TenantId;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;

/** The secrets of tenants. Called outside of transactions. Implementations are thread-safe. */
public interface SecretSource {

    /** There are none. */
    SecretSource NONE =
            new SecretSource() {
                @Override
                public OptionalLong newest(TenantId tenant, String name) {
                    return OptionalLong.empty();
                }

                @Override
                public Map<String, byte[]> values(
                        TenantId tenant, SortedMap<String, Long> versions) {
                    throw new SecretUnavailableException("there are no secrets here");
                }
            };

    /** The version that a secret has now; empty: there is no such secret. */
    OptionalLong newest(TenantId tenant, String name);

    /**
     * Values by name, for the caller to wipe.
     *
     * @param versions by name
     * @throws SecretUnavailableException where one of them is not there or cannot be opened
     */
    Map<String, byte[]> values(TenantId tenant, SortedMap<String, Long> versions);

    /** Says which secret, and why, in words for its tenant; never what is in it. */
    final class SecretUnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public SecretUnavailableException(String message) {
            super(message);
        }
    }
}

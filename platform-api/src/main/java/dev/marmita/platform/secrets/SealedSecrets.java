package dev.marmita.platform.secrets;

import dev.marmita.platform.secrets.SecretStore.Row;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.compute.SecretSource;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Opens secrets for runners: the one place where values come out. */
@Component
final class SealedSecrets implements SecretSource {

    private static final Logger LOG = LoggerFactory.getLogger(SealedSecrets.class);

    private final SecretStore store;
    private final Envelope envelope;

    SealedSecrets(SecretStore store, Envelope envelope) {
        this.store = store;
        this.envelope = envelope;
    }

    @Override
    public OptionalLong newest(TenantId tenant, String name) {
        return store.find(tenant, new SecretName(name)).stream()
                .mapToLong(Secret::version)
                .findFirst();
    }

    @Override
    public Map<String, byte[]> values(TenantId tenant, SortedMap<String, Long> versions) {
        Map<String, byte[]> values = new HashMap<>();
        for (Row row : store.versions(tenant, versions)) {
            values.put(row.place().name().value(), open(row));
        }
        versions.forEach(
                (name, version) -> {
                    if (!values.containsKey(name)) {
                        throw new SecretUnavailableException(
                                "secret '" + name + "' has no version " + version + " any more");
                    }
                });
        return values;
    }

    private byte[] open(Row row) {
        try {
            return envelope.open(row.place(), row.sealed());
        } catch (BrokenSealException e) {
            LOG.error("{} cannot be opened: {}", row.place(), e.getMessage());
            throw new SecretUnavailableException(
                    "secret '"
                            + row.place().name()
                            + "', version "
                            + row.place().version()
                            + ", cannot be opened; give it a value anew");
        }
    }
}

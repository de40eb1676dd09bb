package dev.marmita.platform.identity;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import java.util.List;
import java.util.Map;

/** Port: how far each deployment's access has come in realms. */
interface ProvisioningStore {

    /**
     * @param reason one word in CamelCase
     */
    record Finding(boolean done, String reason, String message) {}

    /** Marks everything that this platform makes anywhere; the same for good. */
    String owner();

    /** Replaces all; what did not change keeps its time. */
    void save(Map<EndpointId, Finding> findings);

    /** A finding, and since when it holds. */
    record Row(EndpointId endpoint, Finding finding, java.time.Instant since) {}

    List<Row> of(TenantId tenant);
}

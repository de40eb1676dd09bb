package dev.marmita.scheduler.jpa;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.Revision;
import dev.marmita.scheduler.spec.Bundle;
import dev.marmita.scheduler.spec.SpecJson;
import java.util.OptionalLong;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** A revision's bundle in its row. */
final class BundleJson {

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private BundleJson() {}

    static String write(Bundle bundle) {
        return MAPPER.writeValueAsString(bundle);
    }

    static Revision revision(RevisionEntity row) {
        return new Revision(
                EndpointId.of(row.key.tenant(), row.key.deployment()),
                row.key.number(),
                SpecJson.read(row.spec),
                MAPPER.readValue(row.bundle, Bundle.class),
                row.cause,
                row.restores == null ? OptionalLong.empty() : OptionalLong.of(row.restores),
                row.createdAt,
                row.createdBy);
    }
}

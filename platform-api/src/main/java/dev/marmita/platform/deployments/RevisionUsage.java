package dev.marmita.platform.deployments;

import dev.marmita.registry.Digest;
import dev.marmita.registry.UsageGuard;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What any revision of a deployment holds is in use: it runs, or somebody may roll back to it. */
@Component
final class RevisionUsage implements UsageGuard {

    private final JdbcClient database;

    RevisionUsage(JdbcClient database) {
        this.database = database;
    }

    @Override
    public Optional<String> usedBy(Digest digest) {
        return database.sql(
                        """
                        select tenant || '/' || deployment || ', revision ' || number from revision
                        where position(:digest in bundle) > 0 order by created_at desc limit 1""")
                .param("digest", digest.toString())
                .query((row, n) -> row.getString(1))
                .optional();
    }
}

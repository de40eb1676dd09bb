package dev.marmita.platform.tenants;

import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.json.JsonMapper;

/**
 * The plans in force: those of the configuration, and over them those that were put over REST. In the
 * database, where gateways read their rates.
 */
@Component
public final class PlanCatalog implements SmartInitializingSingleton {

    private final JdbcClient database;
    private final JsonMapper json;
    private final AccessProperties settings;
    private final TransactionOperations transactions;
    private final InstantSource clock;

    PlanCatalog(
            JdbcClient database,
            JsonMapper json,
            AccessProperties settings,
            TransactionOperations transactions,
            InstantSource clock) {
        this.database = database;
        this.json = json;
        this.settings = settings;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * A plan, and where it comes from.
     *
     * @param configured whether it is as the configuration says
     */
    public record Listed(Plan plan, boolean configured) {}

    @Override
    public void afterSingletonsInstantiated() {
        transactions.executeWithoutResult(
                tx -> {
                    Map<String, Listed> known = all();
                    settings.plans()
                            .forEach(
                                    (name, plan) -> {
                                        Listed before = known.get(name);
                                        // What came over REST is over the configuration.
                                        if (before == null || before.configured()) {
                                            write(name, plan, "configuration");
                                        }
                                    });
                });
    }

    public Optional<Plan> find(String name) {
        return database.sql("select body from plan where name = :name")
                .param("name", name)
                .query((row, n) -> plan(row.getString(1)))
                .optional();
    }

    /** All, by name. */
    public Map<String, Listed> all() {
        Map<String, Listed> all = new TreeMap<>();
        database.sql("select name, body, source from plan")
                .query(
                        row -> {
                            all.put(
                                    row.getString(1),
                                    new Listed(
                                            plan(row.getString(2)),
                                            row.getString(3).equals("configuration")));
                        });
        return all;
    }

    /** Over the configuration's, if that has one of this name. */
    void put(String name, Plan plan) {
        transactions.executeWithoutResult(tx -> write(name, plan, "rest"));
    }

    /**
     * Takes away what was put over REST; the configuration's comes back, if there is one.
     *
     * @throws ProblemException where there is none, tenants are on it, or it is the configuration's
     */
    void remove(String name) {
        transactions.executeWithoutResult(
                tx -> {
                    Listed listed = all().get(name);
                    if (listed == null) {
                        throw ProblemException.of(
                                ErrorCode.NOT_FOUND, "There is no plan '" + name + "'");
                    }
                    if (listed.configured()) {
                        throw ProblemException.of(
                                ErrorCode.CONFLICT,
                                "Plan '"
                                        + name
                                        + "' comes from the configuration; take it out there");
                    }
                    Plan configured = settings.plans().get(name);
                    if (configured != null) {
                        write(name, configured, "configuration");
                        return;
                    }
                    if (database.sql("select count(*) from tenant where plan = :name")
                                    .param("name", name)
                                    .query(Long.class)
                                    .single()
                            > 0) {
                        throw ProblemException.of(
                                ErrorCode.IN_USE, "There are tenants on plan '" + name + "'");
                    }
                    database.sql("delete from plan where name = :name")
                            .param("name", name)
                            .update();
                });
    }

    private void write(String name, Plan plan, String source) {
        String body = json.writeValueAsString(PlanBody.of(plan));
        database.sql(
                        """
                        insert into plan (name, body, source, updated_at)
                        values (:name, cast(:body as jsonb), :source, :now)
                        on conflict (name) do update
                        set body = excluded.body, source = excluded.source, updated_at = excluded.updated_at
                        where (plan.body, plan.source) is distinct from (excluded.body, excluded.source)""")
                .param("name", name)
                .param("body", body)
                .param("source", source)
                .param("now", java.sql.Timestamp.from(clock.instant()))
                .update();
    }

    private Plan plan(String body) {
        return json.readValue(body, PlanBody.class).plan();
    }
}

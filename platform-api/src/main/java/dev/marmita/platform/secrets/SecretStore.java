package dev.marmita.platform.secrets;

import dev.marmita.platform.secrets.Envelope.Place;
import dev.marmita.platform.secrets.Envelope.Sealed;
import dev.marmita.routing.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Secrets as rows. Each method is one transaction. */
@Component
final class SecretStore {

    /** A sealed version and whose it is. */
    record Row(Place place, Sealed sealed) {}

    private static final String SECRET =
            "select name, version, created_at, created_by, updated_at, updated_by from secret ";
    private static final String VERSION =
            "select tenant, name, version, content, sealed_key, master_key from secret_version ";

    private final JdbcClient database;
    private final TransactionOperations transactions;

    SecretStore(JdbcClient database, TransactionOperations transactions) {
        this.database = database;
        this.transactions = transactions;
    }

    Optional<Secret> find(TenantId tenant, SecretName name) {
        return database.sql(SECRET + "where tenant = :tenant and name = :name")
                .param("tenant", tenant.value())
                .param("name", name.value())
                .query((row, n) -> secret(row))
                .optional();
    }

    /** By name, those after the given one. */
    List<Secret> list(TenantId tenant, String after, int most) {
        return database.sql(
                        SECRET
                                + "where tenant = :tenant and name > :after order by name limit :most")
                .param("tenant", tenant.value())
                .param("after", after)
                .param("most", most)
                .query((row, n) -> secret(row))
                .list();
    }

    int count(TenantId tenant) {
        return database.sql("select count(*) from secret where tenant = :tenant")
                .param("tenant", tenant.value())
                .query(Integer.class)
                .single();
    }

    /**
     * Adds the version after the present one.
     *
     * @param place its version is one more than the present one; 1: there must be none
     * @return whether it was done; false: somebody was quicker
     */
    boolean save(Place place, Sealed sealed, Instant now, String actor) {
        return Objects.requireNonNull(
                transactions.execute(
                        tx -> {
                            if (step(place, now, actor) == 0) {
                                return false;
                            }
                            insert(place, sealed, now);
                            return true;
                        }));
    }

    private int step(Place place, Instant now, String actor) {
        return database.sql(
                        place.version() == 1
                                ? """
                                  insert into secret (tenant, name, version,
                                      created_at, created_by, updated_at, updated_by)
                                  values (:tenant, :name, :version, :now, :actor, :now, :actor)
                                  on conflict do nothing"""
                                : """
                                  update secret set version = :version, updated_at = :now,
                                      updated_by = :actor
                                  where tenant = :tenant and name = :name and version = :version - 1""")
                .param("tenant", place.tenant().value())
                .param("name", place.name().value())
                .param("version", place.version())
                .param("now", Timestamp.from(now))
                .param("actor", actor)
                .update();
    }

    private void insert(Place place, Sealed sealed, Instant now) {
        database.sql(
                        """
                        insert into secret_version
                            (tenant, name, version, content, sealed_key, master_key, created_at)
                        values (:tenant, :name, :version, :content, :key, :master, :now)""")
                .param("tenant", place.tenant().value())
                .param("name", place.name().value())
                .param("version", place.version())
                .param("content", sealed.content())
                .param("key", sealed.key())
                .param("master", sealed.masterKey())
                .param("now", Timestamp.from(now))
                .update();
    }

    /** With all its versions. */
    boolean delete(TenantId tenant, SecretName name) {
        return Objects.requireNonNull(
                transactions.execute(
                        tx ->
                                database.sql(
                                                        "delete from secret where tenant = :tenant"
                                                                + " and name = :name")
                                                .param("tenant", tenant.value())
                                                .param("name", name.value())
                                                .update()
                                        == 1));
    }

    /** Those that are there. */
    List<Row> versions(TenantId tenant, SortedMap<String, Long> versions) {
        return database.sql(
                        VERSION
                                + """
                                  where tenant = :tenant and (name, version) in (
                                      select * from unnest(:names::text[], :versions::bigint[]))""")
                .param("tenant", tenant.value())
                .param("names", versions.keySet().toArray(String[]::new))
                .param("versions", versions.values().toArray(Long[]::new))
                .query((row, n) -> version(row))
                .list();
    }

    /** The master keys that something is sealed with. */
    List<String> masterKeys() {
        return database.sql("select distinct master_key from secret_version")
                .query((row, n) -> row.getString(1))
                .list();
    }

    /** Some that are sealed with another master key, in order, after the given one. */
    List<Row> sealedOtherwise(String masterKey, Optional<Place> after, int most) {
        return database.sql(
                        VERSION
                                + """
                                  where master_key <> :master
                                      and (tenant, name, version) > (:tenant, :name, :version)
                                  order by tenant, name, version limit :most""")
                .param("master", masterKey)
                .param("tenant", after.map(place -> place.tenant().value()).orElse(""))
                .param("name", after.map(place -> place.name().value()).orElse(""))
                .param("version", after.map(Place::version).orElse(0L))
                .param("most", most)
                .query((row, n) -> version(row))
                .list();
    }

    /** Another seal of the same; nothing where it was sealed anew or deleted meanwhile. */
    void reseal(Row before, Sealed now) {
        transactions.executeWithoutResult(
                tx ->
                        database.sql(
                                        """
                                        update secret_version set sealed_key = :key, master_key = :master
                                        where tenant = :tenant and name = :name
                                            and version = :version and master_key = :before""")
                                .param("key", now.key())
                                .param("master", now.masterKey())
                                .param("tenant", before.place().tenant().value())
                                .param("name", before.place().name().value())
                                .param("version", before.place().version())
                                .param("before", before.sealed().masterKey())
                                .update());
    }

    /** Versions that had a successor already then, at most so many. */
    List<Place> supersededBefore(Instant then, int most) {
        return database.sql(
                        """
                        select tenant, name, version from secret_version v where exists (
                            select 1 from secret_version n
                            where n.tenant = v.tenant and n.name = v.name
                                and n.version > v.version and n.created_at < :then)
                        order by created_at limit :most""")
                .param("then", Timestamp.from(then))
                .param("most", most)
                .query((row, n) -> place(row))
                .list();
    }

    void forget(Place version) {
        transactions.executeWithoutResult(
                tx ->
                        database.sql(
                                        """
                                        delete from secret_version where tenant = :tenant
                                            and name = :name and version = :version""")
                                .param("tenant", version.tenant().value())
                                .param("name", version.name().value())
                                .param("version", version.version())
                                .update());
    }

    private static Secret secret(ResultSet row) throws SQLException {
        return new Secret(
                new SecretName(row.getString("name")),
                row.getLong("version"),
                row.getTimestamp("created_at").toInstant(),
                row.getString("created_by"),
                row.getTimestamp("updated_at").toInstant(),
                row.getString("updated_by"));
    }

    private static Row version(ResultSet row) throws SQLException {
        return new Row(
                place(row),
                new Sealed(
                        row.getBytes("content"),
                        row.getBytes("sealed_key"),
                        row.getString("master_key")));
    }

    private static Place place(ResultSet row) throws SQLException {
        return new Place(
                new TenantId(row.getString("tenant")),
                new SecretName(row.getString("name")),
                row.getLong("version"));
    }
}

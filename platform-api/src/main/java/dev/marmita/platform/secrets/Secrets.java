package dev.marmita.platform.secrets;

import dev.marmita.platform.postgres.Channel;
import dev.marmita.platform.postgres.PostgresPool;
import dev.marmita.platform.secrets.Envelope.Place;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.FieldError;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.SecretUse;
import dev.marmita.scheduler.SecretUses;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Service;

/** A tenant's secrets as it handles them: values go in and never come out. */
@Service
final class Secrets {

    /** Largest value in bytes. */
    static final int LARGEST = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Secrets.class);
    private static final int ATTEMPTS = 8;

    private final SecretStore store;
    private final Envelope envelope;
    private final SecretUses uses;
    private final SecretsProperties settings;
    private final PostgresPool pool;
    private final InstantSource clock;

    Secrets(
            SecretStore store,
            Envelope envelope,
            SecretUses uses,
            SecretsProperties settings,
            PostgresPool pool,
            InstantSource clock) {
        this.store = store;
        this.envelope = envelope;
        this.uses = uses;
        this.settings = settings;
        this.pool = pool;
        this.clock = clock;
    }

    /** What a put made, and whether there was none before. */
    record Put(Secret secret, boolean created) {}

    /**
     * Makes a secret, or its next version; also where the value is that of before, for nobody is told that.
     *
     * @param ifMatch the version that must be the present one; 0: there must be none; empty: any
     */
    Put put(TenantId tenant, SecretName name, byte[] value, OptionalLong ifMatch, String actor) {
        if (value.length == 0 || value.length > LARGEST) {
            throw ProblemException.field("value", "must have 1 to " + LARGEST + " bytes");
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Secret> present = store.find(tenant, name);
            long before = present.map(Secret::version).orElse(0L);
            if (ifMatch.isPresent() && ifMatch.getAsLong() != before) {
                throw ProblemException.of(
                        ErrorCode.PRECONDITION_FAILED,
                        before == 0
                                ? "There is no secret '" + name + "'"
                                : "Secret '" + name + "' has version " + before + " now");
            }
            if (before == 0) {
                checkRoom(tenant);
            }
            Place place = new Place(tenant, name, before + 1);
            Instant now = clock.instant();
            if (store.save(place, envelope.seal(place, value), now, actor)) {
                tellSchedulers(tenant, name);
                return new Put(
                        new Secret(
                                name,
                                place.version(),
                                present.map(Secret::createdAt).orElse(now),
                                present.map(Secret::createdBy).orElse(actor),
                                now,
                                actor),
                        before == 0);
            }
        }
        throw ProblemException.of(
                ErrorCode.CONFLICT, "Secret '" + name + "' is being changed by others; try again");
    }

    private void checkRoom(TenantId tenant) {
        if (store.count(tenant) >= settings.maxPerTenant()) {
            throw ProblemException.fields(
                    ErrorCode.PLAN_EXCEEDED,
                    List.of(
                            new FieldError(
                                    "",
                                    "a tenant has at most "
                                            + settings.maxPerTenant()
                                            + " secrets")));
        }
    }

    /** Whoever leads makes new revisions where they follow. */
    private void tellSchedulers(TenantId tenant, SecretName name) {
        try {
            pool.tell(Channel.LABELS, tenant + "/" + name);
        } catch (DataAccessException gone) {
            LOG.warn("a new value of a secret is noticed later: {}", gone.toString());
        }
    }

    Secret get(TenantId tenant, SecretName name) {
        return store.find(tenant, name).orElseThrow(() -> unknown(name));
    }

    List<Secret> list(TenantId tenant, String after, int most) {
        return store.list(tenant, after, most);
    }

    /** By deployment and version. */
    List<SecretUse> uses(TenantId tenant) {
        return uses.of(Optional.of(tenant));
    }

    /** Refused while a deployment uses it. */
    void delete(TenantId tenant, SecretName name) {
        get(tenant, name);
        List<String> users =
                uses(tenant).stream()
                        .filter(use -> use.secret().equals(name.value()))
                        .map(use -> use.endpoint().deployment().value())
                        .distinct()
                        .toList();
        if (!users.isEmpty()) {
            throw ProblemException.of(
                    ErrorCode.IN_USE,
                    "Secret '"
                            + name
                            + "' is used by "
                            + String.join(", ", users)
                            + "; take it out there first");
        }
        if (!store.delete(tenant, name)) {
            throw unknown(name);
        }
    }

    private static ProblemException unknown(SecretName name) {
        return ProblemException.of(ErrorCode.NOT_FOUND, "There is no secret '" + name + "'");
    }
}

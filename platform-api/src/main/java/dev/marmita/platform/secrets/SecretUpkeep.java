package dev.marmita.platform.secrets;

import dev.marmita.platform.secrets.Envelope.Place;
import dev.marmita.platform.secrets.SecretStore.Row;
import dev.marmita.scheduler.SecretUses;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Seals everything with the present master key, and forgets versions that nothing runs with. */
@Component
class SecretUpkeep implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(SecretUpkeep.class);
    private static final int PAGE = 200;

    /** A deployment that is being written may have looked the version up a moment ago. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final SecretStore store;
    private final KeyWrapper masters;
    private final Envelope envelope;
    private final SecretUses uses;
    private final InstantSource clock;

    SecretUpkeep(
            SecretStore store,
            KeyWrapper masters,
            Envelope envelope,
            SecretUses uses,
            InstantSource clock) {
        this.store = store;
        this.masters = masters;
        this.envelope = envelope;
        this.uses = uses;
        this.clock = clock;
    }

    /** Better no start than runners that cannot be started again one by one. */
    @Override
    public void afterSingletonsInstantiated() {
        List<String> missing =
                store.masterKeys().stream().filter(key -> !masters.knows(key)).sorted().toList();
        if (!missing.isEmpty()) {
            throw new MasterKeyException(
                    "secrets are sealed with the master key "
                            + String.join(", ", missing)
                            + ", which is not in "
                            + MasterKeys.PROPERTY
                            + " (it has "
                            + masters.current()
                            + "); put it back as a further line. If it is lost, so are they: delete"
                            + " from secret_version where master_key = '"
                            + missing.getFirst()
                            + "'");
        }
    }

    @Scheduled(fixedDelay = 60_000, initialDelay = 1_000)
    void run() {
        try {
            reseal();
            prune();
        } catch (RuntimeException later) {
            LOG.debug("no upkeep of secrets this time: {}", later.toString());
        }
    }

    /** Idempotent; goes on where a crash left it. */
    void reseal() {
        int done = 0;
        int broken = 0;
        Optional<Place> last = Optional.empty();
        List<Row> page;
        do {
            page = store.sealedOtherwise(masters.current(), last, PAGE);
            for (Row row : page) {
                last = Optional.of(row.place());
                try {
                    store.reseal(row, envelope.renewed(row.place(), row.sealed()));
                    done++;
                } catch (BrokenSealException e) {
                    broken++;
                }
            }
        } while (page.size() == PAGE);
        if (done > 0) {
            LOG.info(
                    "{} versions of secrets are sealed with the master key {} now",
                    done,
                    masters.current());
        }
        if (broken > 0) {
            LOG.warn("{} versions of secrets cannot be opened", broken);
        }
    }

    void prune() {
        List<Place> old = store.supersededBefore(clock.instant().minus(KEPT), PAGE);
        if (old.isEmpty()) {
            return;
        }
        Set<Place> used = new HashSet<>();
        uses.of(Optional.empty())
                .forEach(
                        use ->
                                used.add(
                                        new Place(
                                                use.endpoint().tenant(),
                                                new SecretName(use.secret()),
                                                use.version())));
        old.stream().filter(place -> !used.contains(place)).forEach(store::forget);
    }
}

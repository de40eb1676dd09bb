package dev.marmita.scheduler.jpa;

import dev.marmita.scheduler.LeaseStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.springframework.transaction.support.TransactionTemplate;

/** The lease as a row. */
final class JpaLeaseStore implements LeaseStore {

    private final LeaseRepository lease;
    private final TransactionTemplate transactions;

    JpaLeaseStore(LeaseRepository lease, TransactionTemplate transactions) {
        this.lease = lease;
        this.transactions = transactions;
    }

    @Override
    public OptionalLong acquire(String holder, Duration ttl, boolean inherit) {
        List<?> epochs =
                Objects.requireNonNull(
                        transactions.execute(_ -> lease.acquire(holder, ttl.toMillis(), inherit)));
        return epochs.isEmpty() ? OptionalLong.empty() : OptionalLong.of((Long) epochs.getFirst());
    }

    @Override
    public boolean renew(String holder, long epoch, Duration ttl) {
        return Boolean.TRUE.equals(
                transactions.execute(_ -> lease.renew(holder, epoch, ttl.toMillis())));
    }

    @Override
    public void release(String holder, long epoch) {
        transactions.executeWithoutResult(_ -> lease.release(holder, epoch));
    }
}

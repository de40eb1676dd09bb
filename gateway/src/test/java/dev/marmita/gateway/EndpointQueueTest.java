package dev.marmita.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.gateway.EndpointQueue.Admission;
import dev.marmita.routing.Access;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class EndpointQueueTest {

    private static final EndpointId ENDPOINT = EndpointId.of("acme", "receipts");
    private static final long NOW = 1_000_000_000L;

    private final List<String> events = new ArrayList<>();
    private final List<Long> alarms = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final List<Lease> leases = new ArrayList<>();
    private final EndpointQueue.Events recorder =
            new EndpointQueue.Events() {
                @Override
                public void wake(EndpointId endpoint) {
                    events.add("wake");
                }

                @Override
                public void putAside(EndpointId endpoint, String replica, Lease.Outcome why) {
                    events.add(replica + " " + why);
                }

                @Override
                public void drainAt(EndpointQueue queue, long nanos) {
                    alarms.add(nanos);
                }
            };

    private static Route route(
            int maxQueue, long maxQueueBytes, boolean wakes, Route.Replica... replicas) {
        return new Route(
                ENDPOINT,
                1,
                wakes,
                wakes ? "" : "it crashed",
                Access.DEFAULT,
                new Route.Limits(maxQueue, maxQueueBytes, 1, 1, 1),
                List.of(new Route.Target(1, 1, List.of(replicas))));
    }

    private static Route.Replica replica(String id, int concurrency) {
        return new Route.Replica(id, "h", 1, concurrency);
    }

    private EndpointQueue queue(Route route) {
        return new EndpointQueue(route, recorder, new SplittableRandom(1));
    }

    private Waiter waiter(String name) {
        return new Waiter(
                new Waiter.Claimant() {
                    @Override
                    public void granted(Lease lease) {
                        told.add(name);
                        leases.add(lease);
                    }

                    @Override
                    public void refused(Refusal refusal) {
                        told.add(name + " " + refusal.status());
                    }
                });
    }

    private static Lease granted(Admission admission) {
        assertThat(admission).isInstanceOf(Admission.Granted.class);
        return ((Admission.Granted) admission).lease();
    }

    private static Refusal refused(Admission admission) {
        assertThat(admission).isInstanceOf(Admission.Refused.class);
        return ((Admission.Refused) admission).refusal();
    }

    @Test
    void givesOutThePlacesThatThereAreThenQueuesInOrder() {
        EndpointQueue queue = queue(route(10, 100, true, replica("a", 1), replica("b", 1)));
        Lease first = granted(queue.admit(waiter("1"), NOW));
        granted(queue.admit(waiter("2"), NOW));
        assertThat(queue.admit(waiter("3"), NOW)).isEqualTo(new Admission.Queued(false));
        assertThat(queue.admit(waiter("4"), NOW)).isEqualTo(new Admission.Queued(false));
        assertThat(events).isEmpty();

        first.release(Lease.Outcome.ANSWERED, NOW);
        assertThat(told).containsExactly("3");
        leases.getFirst().release(Lease.Outcome.ANSWERED, NOW);
        assertThat(told).containsExactly("3", "4");
    }

    @Test
    void givesALeaseBackOnce() {
        EndpointQueue queue = queue(route(10, 100, true, replica("a", 1)));
        Lease lease = granted(queue.admit(waiter("1"), NOW));
        lease.release(Lease.Outcome.ANSWERED, NOW);
        lease.release(Lease.Outcome.ANSWERED, NOW);
        assertThat(queue.load(NOW).inFlight()).isZero();
        granted(queue.admit(waiter("2"), NOW));
        assertThat(queue.admit(waiter("3"), NOW)).isInstanceOf(Admission.Queued.class);
    }

    @Test
    void wakesOnceForTheFirstThatFindsNoReplica() {
        EndpointQueue queue = queue(route(10, 100, true));
        assertThat(queue.admit(waiter("1"), NOW)).isEqualTo(new Admission.Queued(true));
        assertThat(queue.admit(waiter("2"), NOW)).isEqualTo(new Admission.Queued(true));
        assertThat(events).containsExactly("wake");
        assertThat(queue.waitsCold()).isTrue();

        queue.update(route(10, 100, true, replica("a", 8)), NOW);
        assertThat(told).containsExactly("1", "2");
        assertThat(queue.waitsCold()).isFalse();
    }

    @Test
    void refusesAtOnceWhereNothingWillCome() {
        EndpointQueue queue = queue(route(10, 100, false));
        Refusal refusal = refused(queue.admit(waiter("1"), NOW));
        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.message()).contains("it crashed");
        assertThat(refusal.retryAfterSeconds()).isPositive();
    }

    @Test
    void refusesThoseThatWaitWhenNothingWillComeAnyMore() {
        EndpointQueue queue = queue(route(10, 100, true));
        queue.admit(waiter("1"), NOW);
        queue.update(route(10, 100, false), NOW);
        assertThat(told).containsExactly("1 503");
        assertThat(queue.load(NOW).queued()).isZero();
    }

    @Test
    void boundsTheQueueByCount() {
        EndpointQueue starting = queue(route(1, 100, true));
        starting.admit(waiter("1"), NOW);
        Refusal cold = refused(starting.admit(waiter("2"), NOW));
        assertThat(cold.status()).isEqualTo(503);
        assertThat(cold.message()).contains("maxQueue is 1");

        EndpointQueue busy = queue(route(1, 100, true, replica("a", 1)));
        busy.admit(waiter("1"), NOW);
        busy.admit(waiter("2"), NOW);
        assertThat(refused(busy.admit(waiter("3"), NOW)).status()).isEqualTo(429);
    }

    @Test
    void boundsTheQueueByBytes() {
        EndpointQueue queue = queue(route(10, 100, true));
        Waiter first = waiter("1");
        first.bytes = 60;
        queue.admit(first, NOW);
        Waiter second = waiter("2");
        second.bytes = 60;
        assertThat(refused(queue.admit(second, NOW)).message()).contains("maxQueueBytes is 100");
        assertThat(queue.grow(first, 40)).isTrue();
        assertThat(queue.grow(first, 1)).isFalse();
        assertThat(queue.abandon(first)).isTrue();
        assertThat(queue.waitingBytes()).isZero();
        assertThat(queue.admit(second, NOW)).isInstanceOf(Admission.Queued.class);
    }

    @Test
    void whoLeavesTheQueueIsNotServed() {
        EndpointQueue queue = queue(route(10, 100, true));
        Waiter gone = waiter("gone");
        queue.admit(gone, NOW);
        queue.admit(waiter("stays"), NOW);
        assertThat(queue.abandon(gone)).isTrue();
        queue.update(route(10, 100, true, replica("a", 8)), NOW);
        assertThat(told).containsExactly("stays");
        assertThat(queue.abandon(gone)).isFalse();
    }

    @Test
    void aReplicaThatLeavesTheRouteGetsNothingNewAndKeepsWhatItHas() {
        EndpointQueue queue = queue(route(10, 100, true, replica("old", 2)));
        Lease running = granted(queue.admit(waiter("1"), NOW));
        queue.update(route(10, 100, true, replica("new", 1)), NOW);
        assertThat(granted(queue.admit(waiter("2"), NOW)).replica().id()).isEqualTo("new");
        assertThat(queue.admit(waiter("3"), NOW)).isInstanceOf(Admission.Queued.class);
        running.release(Lease.Outcome.ANSWERED, NOW);
        assertThat(told).isEmpty();
        assertThat(queue.load(NOW).inFlight()).isEqualTo(1);
    }

    @Test
    void aReplicaThatStaysKeepsItsCount() {
        EndpointQueue queue = queue(route(10, 100, true, replica("a", 1)));
        granted(queue.admit(waiter("1"), NOW));
        queue.update(route(10, 100, true, replica("a", 1)), NOW);
        assertThat(queue.admit(waiter("2"), NOW)).isInstanceOf(Admission.Queued.class);
    }

    @Test
    void aRequestThatWasNotProcessedGoesBeforeThoseThatWaitAndElsewhere() {
        EndpointQueue queue = queue(route(10, 100, true, replica("a", 1), replica("b", 1)));
        Lease lease = granted(queue.admit(waiter("1"), NOW));
        Lease other = granted(queue.admit(waiter("2"), NOW));
        queue.admit(waiter("3"), NOW);
        String failed = lease.replica().id();

        lease.release(Lease.Outcome.UNREACHABLE, NOW);
        assertThat(events).containsExactly(failed + " UNREACHABLE");
        queue.readmit(waiter("1 again"), failed, NOW);
        other.release(Lease.Outcome.ANSWERED, NOW);
        assertThat(told).containsExactly("1 again");
        assertThat(leases.getFirst().replica().id()).isNotEqualTo(failed);
    }

    @Test
    void comesBackToTheOnlyReplicaWhenItsTimeAsideIsOver() {
        EndpointQueue queue = queue(route(10, 100, true, replica("a", 2)));
        Lease lease = granted(queue.admit(waiter("1"), NOW));
        lease.release(Lease.Outcome.UNREACHABLE, NOW);
        assertThat(queue.readmit(waiter("1"), "a", NOW)).isEqualTo(new Admission.Queued(true));
        assertThat(events).containsExactly("a UNREACHABLE", "wake");
        assertThat(queue.admit(waiter("2"), NOW)).isEqualTo(new Admission.Queued(true));

        queue.drain(alarms.getFirst() - 1);
        assertThat(told).isEmpty();
        queue.drain(alarms.getFirst());
        assertThat(told).containsExactly("1", "2");
    }

    @Test
    void removalRefusesThoseThatWait() {
        EndpointQueue queue = queue(route(10, 100, true));
        queue.admit(waiter("1"), NOW);
        queue.remove();
        assertThat(told).containsExactly("1 404");
        assertThat(refused(queue.admit(waiter("2"), NOW)).status()).isEqualTo(404);
    }

    @Test
    void reportsItsLoad() {
        EndpointQueue queue = queue(route(10, 100, true, replica("a", 1)));
        assertThat(queue.load(NOW).lastRequestAgoMillis()).isEqualTo(Long.MAX_VALUE);
        queue.admit(waiter("1"), NOW);
        queue.admit(waiter("2"), NOW);
        var load = queue.load(NOW + 2_000_000);
        assertThat(load.inFlight()).isEqualTo(1);
        assertThat(load.queued()).isEqualTo(1);
        assertThat(load.lastRequestAgoMillis()).isEqualTo(2);
    }

    @Test
    void neverGivesOutMorePlacesThanThereAreUnderContention() throws Exception {
        EndpointQueue queue = queue(route(100_000, 100, true, replica("a", 3)));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        int count = 20_000;
        CountDownLatch done = new CountDownLatch(count);
        Runnable work =
                () -> {
                    for (int i = 0; i < count / 4; i++) {
                        Waiter.Claimant claimant =
                                new Waiter.Claimant() {
                                    @Override
                                    public void granted(Lease lease) {
                                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                        Thread.startVirtualThread(
                                                () -> {
                                                    inside.decrementAndGet();
                                                    lease.release(Lease.Outcome.ANSWERED, NOW);
                                                    done.countDown();
                                                });
                                    }

                                    @Override
                                    public void refused(Refusal refusal) {}
                                };
                        if (queue.admit(new Waiter(claimant), NOW)
                                instanceof Admission.Granted granted) {
                            claimant.granted(granted.lease());
                        }
                    }
                };
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(work));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(done.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isBetween(1, 3);
        assertThat(queue.load(NOW).inFlight()).isZero();
        assertThat(queue.load(NOW).queued()).isZero();
    }
}

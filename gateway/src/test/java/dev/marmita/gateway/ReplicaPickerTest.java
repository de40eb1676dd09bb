package dev.marmita.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.marmita.gateway.ReplicaPicker.Group;
import dev.marmita.routing.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ReplicaPickerTest {

    private final ReplicaPicker picker = new ReplicaPicker(new SplittableRandom(7));

    private static ReplicaSlot slot(String id, int concurrency, int inFlight) {
        ReplicaSlot slot = new ReplicaSlot(1, new Route.Replica(id, "h", 1, concurrency));
        for (int i = 0; i < inFlight; i++) {
            slot.began();
        }
        return slot;
    }

    private static ReplicaSlot aside(String id) {
        ReplicaSlot slot = slot(id, 4, 0);
        slot.failed(Lease.Outcome.UNREACHABLE, 0, 0);
        return slot;
    }

    private String pick(Group... groups) {
        ReplicaSlot slot = picker.pick(List.of(groups), null, 1);
        return slot == null ? null : slot.replica().id();
    }

    private Map<String, Integer> picks(int count, Group... groups) {
        Map<String, Integer> picks = new HashMap<>();
        for (int i = 0; i < count; i++) {
            picks.merge(String.valueOf(pick(groups)), 1, Integer::sum);
        }
        return picks;
    }

    @Test
    void takesTheLeastLoadedRelativeToItsConcurrency() {
        assertThat(pick(new Group(1, List.of(slot("small", 2, 1), slot("big", 8, 3)))))
                .isEqualTo("big");
    }

    @Test
    void breaksTiesAtRandom() {
        Map<String, Integer> picks =
                picks(
                        3_000,
                        new Group(1, List.of(slot("a", 2, 0), slot("b", 2, 0), slot("c", 2, 0))));
        assertThat(picks.values()).hasSize(3).allSatisfy(n -> assertThat(n).isBetween(850, 1_150));
    }

    @Test
    void splitsByWeight() {
        Map<String, Integer> picks =
                picks(
                        10_000,
                        new Group(90, List.of(slot("stable", 4, 0))),
                        new Group(10, List.of(slot("canary", 4, 0))));
        assertThat(picks.get("canary")).isCloseTo(1_000, within(150));
    }

    @Test
    void aTargetWithoutReplicasTakesNothing() {
        assertThat(picks(50, new Group(99, List.of()), new Group(1, List.of(slot("old", 4, 0)))))
                .containsOnlyKeys("old");
    }

    @Test
    void aTargetWithoutWeightServesOnlyWhereNothingElseCan() {
        assertThat(
                        picks(
                                50,
                                new Group(1, List.of(slot("new", 4, 0))),
                                new Group(0, List.of(slot("old", 4, 0)))))
                .containsOnlyKeys("new");
        assertThat(pick(new Group(1, List.of()), new Group(0, List.of(slot("old", 4, 0)))))
                .isEqualTo("old");
        assertThat(
                        pick(
                                new Group(1, List.of(slot("new", 1, 1))),
                                new Group(0, List.of(slot("old", 4, 0)))))
                .isNull();
    }

    @Test
    void aFullTargetGivesWayToOthers() {
        assertThat(
                        picks(
                                50,
                                new Group(99, List.of(slot("full", 1, 1))),
                                new Group(1, List.of(slot("free", 1, 0)))))
                .containsOnlyKeys("free");
    }

    @Test
    void whatIsPutAsideGetsNothing() {
        assertThat(picks(50, new Group(1, List.of(aside("dead"), slot("alive", 4, 3)))))
                .containsOnlyKeys("alive");
        assertThat(pick(new Group(1, List.of(aside("dead"))))).isNull();
        assertThat(ReplicaPicker.anyUsable(List.of(new Group(1, List.of(aside("dead")))), 1))
                .isFalse();
    }

    @Test
    void avoidsTheReplicaThatFailedTheRequestWhileThereIsAnother() {
        List<Group> both = List.of(new Group(1, List.of(slot("bad", 4, 0), slot("good", 4, 3))));
        assertThat(picker.pick(both, "bad", 1).replica().id()).isEqualTo("good");
        List<Group> full = List.of(new Group(1, List.of(slot("bad", 4, 0), slot("good", 4, 4))));
        assertThat(picker.pick(full, "bad", 1)).isNull();
        List<Group> only = List.of(new Group(1, List.of(slot("bad", 4, 0), aside("good"))));
        assertThat(picker.pick(only, "bad", 1).replica().id()).isEqualTo("bad");
    }

    @Test
    void timeAsideDoublesUpToABoundAndEndsWithSuccess() {
        ReplicaSlot slot = slot("r", 1, 0);
        long now = 0;
        long[] expectedMillis = {100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000};
        for (long millis : expectedMillis) {
            assertThat(slot.failed(Lease.Outcome.UNREACHABLE, now, 0)).isTrue();
            assertThat(slot.failed(Lease.Outcome.UNREACHABLE, now, 0)).isFalse();
            assertThat(slot.asideUntil() - now).isEqualTo(millis * 1_000_000);
            now = slot.asideUntil();
            assertThat(slot.usable(now - 1)).isFalse();
            assertThat(slot.usable(now)).isTrue();
        }
        slot.worked();
        slot.failed(Lease.Outcome.UNREACHABLE, now, 1);
        assertThat(slot.asideUntil() - now).isEqualTo(75_000_000);
    }
}

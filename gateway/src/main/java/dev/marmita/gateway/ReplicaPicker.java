package dev.marmita.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses where a request goes: first a target by weight, then its least loaded replica. Pure.
 *
 * <p>Only targets with a usable replica take part, and of those the ones without weight only where no
 * other is left. A chosen target that is full gives way to the others: a request waits only where every
 * replica is full, so a split is exact as long as no target is saturated.
 */
final class ReplicaPicker {

    /** A target and its replicas. */
    record Group(int weight, List<ReplicaSlot> slots) {
        boolean usable(long now) {
            return slots.stream().anyMatch(slot -> slot.usable(now));
        }
    }

    private final RandomGenerator random;

    ReplicaPicker(RandomGenerator random) {
        this.random = random;
    }

    /**
     * @param avoid id of a replica that is taken only where no other is usable; null: none
     * @return null where nothing is free
     */
    @Nullable ReplicaSlot pick(List<Group> groups, @Nullable String avoid, long now) {
        List<Group> candidates = candidates(groups, now);
        boolean otherUsable = avoid != null && usableBesides(candidates, avoid, now);
        while (!candidates.isEmpty()) {
            Group chosen = candidates.remove(byWeight(candidates));
            ReplicaSlot slot = leastLoaded(chosen, otherUsable ? avoid : null, now);
            if (slot != null) {
                return slot;
            }
        }
        return null;
    }

    /** Whether any replica could be asked, now or when it has a free place. */
    static boolean anyUsable(List<Group> groups, long now) {
        for (Group group : groups) {
            if (group.usable(now)) {
                return true;
            }
        }
        return false;
    }

    private static List<Group> candidates(List<Group> groups, long now) {
        List<Group> weighted = new ArrayList<>(groups.size());
        List<Group> others = new ArrayList<>();
        for (Group group : groups) {
            if (group.usable(now)) {
                (group.weight() > 0 ? weighted : others).add(group);
            }
        }
        return weighted.isEmpty() ? others : weighted;
    }

    private static boolean usableBesides(List<Group> groups, String avoid, long now) {
        for (Group group : groups) {
            for (ReplicaSlot slot : group.slots()) {
                if (slot.usable(now) && !slot.replica().id().equals(avoid)) {
                    return true;
                }
            }
        }
        return false;
    }

    private int byWeight(List<Group> groups) {
        if (groups.size() == 1) {
            return 0;
        }
        long sum = 0;
        for (Group group : groups) {
            sum += group.weight();
        }
        if (sum == 0) {
            return random.nextInt(groups.size());
        }
        long point = random.nextLong(sum);
        int index = 0;
        while (point >= groups.get(index).weight()) {
            point -= groups.get(index).weight();
            index++;
        }
        return index;
    }

    private @Nullable ReplicaSlot leastLoaded(Group group, @Nullable String avoid, long now) {
        ReplicaSlot best = null;
        int ties = 0;
        for (ReplicaSlot slot : group.slots()) {
            if (!slot.free() || !slot.usable(now) || slot.replica().id().equals(avoid)) {
                continue;
            }
            int order = best == null ? -1 : Double.compare(slot.load(), best.load());
            if (order < 0) {
                best = slot;
                ties = 1;
            } else if (order == 0 && random.nextInt(++ties) == 0) {
                best = slot;
            }
        }
        return best;
    }
}

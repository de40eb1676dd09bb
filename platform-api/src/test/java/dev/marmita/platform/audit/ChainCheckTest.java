package dev.marmita.platform.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.platform.audit.AuditTrail.Event;
import dev.marmita.platform.audit.ChainCheck.Anchor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChainCheckTest {

    private static List<Event> chain(String... bodies) {
        List<Event> events = new ArrayList<>();
        String before = AuditTrail.BEGINNING;
        for (int i = 0; i < bodies.length; i++) {
            before = ChainCheck.hash(i + 1, before, bodies[i]);
            events.add(new Event(i + 1, before, bodies[i]));
        }
        return events;
    }

    private static ChainCheck.Verdict check(
            List<Event> events, Anchor end, Optional<Anchor> anchor) {
        ChainCheck check = new ChainCheck(anchor);
        events.forEach(check::next);
        return check.end(end);
    }

    private static Anchor end(List<Event> events) {
        return new Anchor(events.getLast().seq(), events.getLast().hash());
    }

    @Test
    void aChainThatNobodyTouchedIsWhole() {
        List<Event> events = chain("a", "b", "c");
        assertThat(check(events, end(events), Optional.of(end(events))).problem()).isNull();
        assertThat(
                        check(List.of(), new Anchor(0, AuditTrail.BEGINNING), Optional.empty())
                                .problem())
                .isNull();
    }

    @Test
    void seesAChangedBody() {
        List<Event> events = chain("a", "b", "c");
        Anchor end = end(events);
        events.set(1, new Event(2, events.get(1).hash(), "B"));
        assertThat(check(events, end, Optional.empty()).problem()).contains("event 2 is not what");
    }

    @Test
    void seesWhatIsMissing() {
        List<Event> events = chain("a", "b", "c");
        Anchor end = end(events);
        assertThat(check(List.of(events.get(0), events.get(2)), end, Optional.empty()).problem())
                .isEqualTo("event 2 is missing");
        assertThat(check(events.subList(0, 2), end, Optional.empty()).problem())
                .isEqualTo("the chain ends at 2, before 3");
    }

    @Test
    void seesEventsThatChangedPlaces() {
        List<Event> events = chain("a", "b", "c");
        Anchor end = end(events);
        List<Event> swapped =
                List.of(
                        events.get(0),
                        new Event(2, events.get(2).hash(), "c"),
                        new Event(3, events.get(1).hash(), "b"));
        assertThat(check(swapped, end, Optional.empty()).problem()).contains("event 2 is not");
    }

    @Test
    void anAnchorShowsThatAllOfItWasWrittenAnew() {
        Anchor before = end(chain("a", "b"));
        List<Event> forged = chain("a", "x", "c");
        assertThat(check(forged, end(forged), Optional.empty()).problem()).isNull();
        assertThat(check(forged, end(forged), Optional.of(before)).problem())
                .contains("event 2 is sound, but another one");
        List<Event> shorter = chain("a");
        assertThat(check(shorter, end(shorter), Optional.of(before)).problem())
                .contains("ends at 1, before 2");
    }
}

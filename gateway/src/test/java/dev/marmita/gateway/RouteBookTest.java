package dev.marmita.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.routing.Access;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;
import dev.marmita.routing.RouteTable;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RouteBookTest {

    private static final EndpointId ENDPOINT = EndpointId.of("acme", "receipts");
    private static final long START = Long.MAX_VALUE - 5_000_000_000L;

    private final RouteBook book = new RouteBook();

    private static long at(double seconds) {
        return START + (long) (seconds * 1e9);
    }

    private static RouteTable table(long version, long... generations) {
        List<Route> routes =
                generations.length == 0
                        ? List.of()
                        : List.of(
                                new Route(
                                        ENDPOINT,
                                        generations[0],
                                        true,
                                        "",
                                        Access.DEFAULT,
                                        Route.Limits.DEFAULT,
                                        List.of()));
        return new RouteTable(version, routes, List.of(), List.of());
    }

    private long generation() {
        return book.current().routes().getFirst().generation();
    }

    @Test
    void takesNewerTablesAndTheSameAgain() {
        assertThat(book.accept(table(5), at(0))).isTrue();
        assertThat(book.accept(table(5, 1), at(1))).isTrue();
        assertThat(book.accept(table(6), at(2))).isTrue();
        assertThat(book.current().version()).isEqualTo(6);
    }

    @Test
    void setsAStragglerAside() {
        book.accept(table(6), at(0));
        assertThat(book.accept(table(5), at(1))).isFalse();
        assertThat(book.current().version()).isEqualTo(6);
    }

    @Test
    void forgetsAStragglerWhenSomethingNewerComes() {
        book.accept(table(6), at(0));
        book.accept(table(5), at(1));
        book.accept(table(7), at(2));
        assertThat(book.waiting()).isFalse();
        assertThat(book.recheck(at(60))).isFalse();
        assertThat(book.current().version()).isEqualTo(7);
    }

    @Test
    void believesASourceThatInsistsOnAnOlderTable() {
        book.accept(table(600), at(0));
        book.accept(table(5), at(1));
        assertThat(book.recheck(at(9))).isFalse();
        assertThat(book.recheck(at(10.1))).isTrue();
        assertThat(book.current().version()).isEqualTo(5);
        assertThat(book.accept(table(6), at(11))).isTrue();
    }

    @Test
    void believesAnOlderTableAtOnceWhenTheNewerIsLongAgo() {
        book.accept(table(600), at(0));
        assertThat(book.accept(table(5), at(11))).isTrue();
        assertThat(book.current().version()).isEqualTo(5);
    }

    @Test
    void theSourceBeatsTheSnapshotWhateverItsVersion() {
        book.restore(table(600, 60));
        assertThat(book.live()).isFalse();
        assertThat(book.accept(table(2, 1), at(0))).isTrue();
        assertThat(book.current().version()).isEqualTo(2);
        assertThat(generation()).isEqualTo(1);
    }

    @Test
    void theSnapshotNeverBeatsTheSource() {
        book.accept(table(2), at(0));
        assertThat(book.restore(table(600))).isFalse();
        assertThat(book.current().version()).isEqualTo(2);
    }

    @Test
    void keepsARouteThatIsNewerThanTheTableSays() {
        book.accept(table(1, 10), at(0));
        assertThat(book.accept(table(2, 9), at(1))).isTrue();
        assertThat(generation()).isEqualTo(10);
        assertThat(book.waiting()).isTrue();
    }

    @Test
    void believesALowerGenerationThatStays() {
        book.accept(table(1, 10), at(0));
        book.accept(table(2, 1), at(1));
        book.accept(table(3, 1), at(5));
        assertThat(generation()).isEqualTo(10);
        book.accept(table(4, 1), at(10.5));
        assertThat(generation()).isEqualTo(1);
    }

    @Test
    void believesALowerGenerationWhenNothingElseComes() {
        book.accept(table(1, 10), at(0));
        book.accept(table(2, 1), at(1));
        assertThat(book.recheck(at(11.5))).isTrue();
        assertThat(generation()).isEqualTo(1);
        assertThat(book.waiting()).isFalse();
    }

    @Test
    void aRouteThatWentAwayMayComeBackWithALowerGeneration() {
        book.accept(table(1, 10), at(0));
        book.accept(table(2), at(1));
        book.accept(table(3, 1), at(2));
        assertThat(generation()).isEqualTo(1);
    }

    @Test
    void theWindowIsTenSeconds() {
        assertThat(RouteBook.WINDOW).isEqualTo(Duration.ofSeconds(10).toNanos());
    }
}

package dev.marmita.gateway;

import dev.marmita.routing.RouteTable;
import java.util.function.Consumer;

/**
 * Where the gateway learns its routes and tokens. May be dead when the gateway starts and for any time
 * after; the gateway then goes on with what it knows.
 */
public interface RouteSource {

    /**
     * Begins to deliver the whole table: as it is now, as soon as that is known, and after each change.
     * Called once, at start. Must not block and must not fail because the source is unreachable: it
     * keeps trying by itself.
     *
     * <p>Tables may come from any thread, also within this call. The last table delivered is the truth,
     * with one exception: a table whose version is lower than that of one delivered less than ten
     * seconds before is taken for a straggler and set aside; it becomes the truth when nothing newer
     * came for ten seconds (a source restored from a backup). The same goes for a route whose
     * generation is lower. A table from the gateway's own snapshot never stands in the way.
     *
     * @return ends the delivery
     */
    Subscription subscribe(Consumer<RouteTable> listener);

    /** A running delivery. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}

package dev.marmita.runner.http;

import dev.marmita.runner.http.Endpoint.Part;
import dev.marmita.runner.http.Endpoint.Sharing;
import dev.marmita.runner.work.Job;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers a request together with those that wait for the same, on one inference thread. */
final class Together {

    private final Floor floor;
    private final Sharing sharing;

    Together(Floor floor, Sharing sharing) {
        this.floor = floor;
        this.sharing = sharing;
    }

    /** One request on its way through: it is concluded once, whatever happens. */
    private static final class Passage {
        private final Exchange exchange;
        private @Nullable Part part;
        private boolean concluded;

        Passage(Exchange exchange) {
            this.exchange = exchange;
        }

        void conclude(@Nullable Reply reply) {
            concluded = true;
            exchange.conclude(reply);
        }
    }

    void run(Exchange first) {
        List<Passage> all = new ArrayList<>();
        all.add(new Passage(first));
        try {
            gather(all);
            answer(all);
        } finally {
            // Only an Error comes here with requests that nobody has answered.
            for (Passage passage : all) {
                if (!passage.concluded) {
                    passage.conclude(passage.exchange.internal());
                }
            }
        }
    }

    private void gather(List<Passage> all) {
        int wanted = sharing.room() - 1;
        if (wanted < 1) {
            return;
        }
        boolean othersCome = floor.admission().inFlight() > 1;
        Duration patience = othersCome ? sharing.patience() : Duration.ZERO;
        for (Job job : floor.pool().more(sharing, wanted, patience)) {
            all.add(new Passage((Exchange) job));
        }
    }

    private void answer(List<Passage> all) {
        List<Passage> opened = new ArrayList<>(all.size());
        try {
            for (Passage passage : all) {
                if (open(passage)) {
                    opened.add(passage);
                }
            }
            if (opened.isEmpty()) {
                return;
            }
            sharing.run(opened.stream().map(Together::part).toList());
            for (Passage passage : opened) {
                Part part = part(passage);
                Reply reply = passage.exchange.attempt(part::reply);
                part.close();
                passage.part = null;
                passage.conclude(reply);
            }
        } finally {
            for (Passage passage : opened) {
                Part left = passage.part;
                if (left != null) {
                    left.close();
                }
            }
        }
    }

    /** False where the request is concluded already. */
    private static boolean open(Passage passage) {
        Exchange exchange = passage.exchange;
        exchange.begun();
        if (exchange.scope().cancelled()) {
            passage.conclude(null);
            return false;
        }
        Reply refusal =
                exchange.attempt(
                        () -> {
                            passage.part = exchange.open();
                            return null;
                        });
        if (refusal != null) {
            passage.conclude(refusal);
            return false;
        }
        return true;
    }

    private static Part part(Passage passage) {
        Part part = passage.part;
        if (part == null) {
            throw new IllegalStateException("the request is not open");
        }
        return part;
    }
}

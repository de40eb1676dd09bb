package dev.marmita.acceptance.service;

import dev.marmita.service.Api;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Field;
import dev.marmita.service.Model;
import dev.marmita.service.Slot;
import dev.marmita.service.Tensor;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** A small service for the tests: runs its model, takes as long as it is told, says which version answered. */
public final class Echo {

    /** Tells replicas apart; process ids are all alike behind walls. */
    private final String instance = UUID.randomUUID().toString();

    private final Model model;

    public Echo(@Slot("model") Model model) {
        this.model = model;
    }

    public record Request(
            @Field("a number that comes back") float value,
            @Field("how long to work") long millis) {}

    public record Answer(float value, String model, String version, String instance) {}

    @Api(route = "/echo", description = "Gives the number back, through the model.")
    public Answer echo(Request request) {
        if (request.millis() < 0) {
            throw new BadInputException("millis", "must be 0 or more");
        }
        LockSupport.parkNanos(request.millis() * 1_000_000);
        try (var result = model.run(Tensor.ofFloats(new float[] {request.value()}, 1))) {
            return new Answer(
                    result.first().floats().get(0), model.name(), model.version(), instance);
        }
    }

    public record Hunger(@Field("MiB to hold on to") int mebibytes) {}

    /** Takes memory until the replica dies of it. */
    @Api(route = "/eat", description = "Allocates memory.")
    public Answer eat(Hunger hunger) {
        byte[][] held = new byte[hunger.mebibytes()][];
        for (int i = 0; i < held.length; i++) {
            held[i] = new byte[1 << 20];
        }
        return new Answer(held.length, model.name(), model.version(), instance);
    }
}

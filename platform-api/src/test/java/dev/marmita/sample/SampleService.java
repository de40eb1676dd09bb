package dev.marmita.sample;

import dev.marmita.service.Api;
import dev.marmita.service.Model;
import dev.marmita.service.ServiceContext;
import dev.marmita.service.Slot;

/** A service of a tenant, for tests: says which model it was given. */
public final class SampleService {

    private final Model model;
    private final ServiceContext context;

    public SampleService(@Slot("classifier") Model model, ServiceContext context) {
        this.model = model;
        this.context = context;
    }

    public record Question(String text) {}

    public record Answer(String text, String model, String greeting) {}

    @Api(description = "Answers with what it was asked and what it runs.")
    public Answer answer(Question question) {
        return new Answer(
                question.text(), model.name(), context.env().getOrDefault("GREETING", ""));
    }
}

package dev.marmita.runner;

import dev.marmita.service.Api;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Content;
import dev.marmita.service.Field;
import dev.marmita.service.Model;
import dev.marmita.service.ModelResult;
import dev.marmita.service.RequestContext;
import dev.marmita.service.Slot;
import dev.marmita.service.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A service whose methods take several requests at once. Loaded from a bundle, never directly. */
public final class JointService {

    private final Model table;
    private final AtomicInteger calls = new AtomicInteger();

    public JointService(@Slot("model") Model table) {
        this.table = table;
    }

    public record Word(String text, Optional<Integer> row) {
        public Word {
            if (text.isBlank()) {
                throw new IllegalArgumentException("text must not be blank");
            }
        }
    }

    /**
     * @param together requests of the call that gave this
     */
    public record Answer(
            String text, int together, String requestId, Optional<String> colour, float value) {}

    @Api(description = "Looks words up", batchable = true, maxBatchSize = 4, task = true)
    public List<Answer> look(List<Word> words, List<RequestContext> requests) {
        calls.incrementAndGet();
        List<String> texts = words.stream().map(Word::text).toList();
        if (texts.contains("poison")) {
            throw new IllegalStateException("the secret reason");
        }
        if (texts.contains("sour")) {
            throw new BadInputException("text", "field 'text' is sour");
        }
        if (texts.contains("deep")) {
            throw new StackOverflowError();
        }
        if (texts.contains("lonely") && texts.size() > 1) {
            throw new IllegalStateException("only ever alone");
        }
        List<Answer> answers = answers(words, requests);
        if (texts.contains("lost")) {
            answers.removeLast();
        }
        if (texts.contains("nothing")) {
            answers.set(texts.indexOf("nothing"), null);
        }
        return answers;
    }

    /** One run of the model for all. */
    private List<Answer> answers(List<Word> words, List<RequestContext> requests) {
        long[] rows = new long[words.size() * 3];
        for (int i = 0; i < words.size(); i++) {
            rows[i * 3] = words.get(i).row().orElse(0);
        }
        try (ModelResult result = table.run(Tensor.ofLongs(rows, words.size(), 3))) {
            List<Answer> answers = new ArrayList<>();
            for (int i = 0; i < words.size(); i++) {
                answers.add(
                        new Answer(
                                words.get(i).text(),
                                words.size(),
                                requests.get(i).requestId(),
                                requests.get(i).header("X-Colour"),
                                result.first().floats().get(i * 6)));
            }
            return answers;
        }
    }

    public record Page(@Field(accept = "image/*") Content page, Optional<String> title) {}

    @Api(batchable = true)
    public List<Content> titled(List<Page> pages) {
        return pages.stream()
                .map(
                        page ->
                                Content.of(
                                        page.page().mediaType(),
                                        (page.title().orElse("?")
                                                        + ":"
                                                        + new String(
                                                                page.page().toByteArray(),
                                                                java.nio.charset.StandardCharsets
                                                                        .UTF_8))
                                                .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .toList();
    }

    @Api(batchable = true, maxBatchDelayMillis = 1_000)
    public List<String> sizes(List<Content> contents) {
        return contents.stream().map(one -> one.size() + " of " + contents.size()).toList();
    }

    /** Takes as long for many as for one. */
    @Api(batchable = true)
    public List<Map<String, Integer>> slow(List<Word> words) throws InterruptedException {
        Thread.sleep(2);
        return words.stream().map(word -> Map.of(word.text(), words.size())).toList();
    }

    public record Hold(String until) {}

    /** Keeps its thread until a system property of that name is there. */
    @Api
    public Map<String, Integer> hold(Hold hold, RequestContext request)
            throws InterruptedException {
        while (System.getProperty(hold.until()) == null && !request.cancelled()) {
            Thread.sleep(2);
        }
        return Map.of("calls", calls.get());
    }
}

package dev.marmita.cli.api;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What an endpoint answered.
 *
 * @param took from the first byte sent to the last byte received
 */
public record Answer(int status, HttpHeaders headers, byte[] body, Duration took) {
    private static final Pattern METRIC =
            Pattern.compile("\\s*([^;,\\s]+)[^,]*?;\\s*dur=\"?([0-9]+(?:\\.[0-9]+)?)\"?[^,]*");

    public boolean isOk() {
        return status / 100 == 2;
    }

    /** @throws ApiException unless the answer is good */
    public Answer orThrow() {
        if (!isOk()) {
            throw new ApiException(problem());
        }
        return this;
    }

    public Problem problem() {
        return Problem.of(status, headers, body);
    }

    /** @throws ApiException when the body is not JSON */
    public JsonNode json() {
        try {
            return Json.parse(body);
        } catch (JacksonException notJson) {
            throw new ApiException(
                    new Problem(
                            status,
                            "",
                            "the endpoint's answer is not JSON",
                            java.util.List.of(),
                            ""));
        }
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Milliseconds per stage, from {@code Server-Timing}; stages without a duration are left out. */
    public Map<String, Double> serverTiming() {
        Map<String, Double> stages = new LinkedHashMap<>();
        for (String header : headers.allValues("Server-Timing")) {
            Matcher metric = METRIC.matcher(header);
            while (metric.find()) {
                stages.merge(metric.group(1), Double.parseDouble(metric.group(2)), Double::sum);
            }
        }
        return stages;
    }

    /** {@link #serverTiming} in one line. */
    public String timingText() {
        return serverTiming().entrySet().stream()
                .map(it -> String.format(Locale.ROOT, "%s %.0f ms", it.getKey(), it.getValue()))
                .collect(Collectors.joining(", "));
    }
}

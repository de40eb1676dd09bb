package dev.marmita.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What can be said about a new version of either kind. */
final class PushOptions {
    @Option(names = "--description", description = "What it is.")
    private String description = "";

    @Option(
            names = "--label",
            paramLabel = "LABEL",
            description = "Move this label to the new version (repeatable).")
    private List<String> labels = new ArrayList<>();

    @Option(names = "--tag", paramLabel = "K=V", description = "A free key-value (repeatable).")
    private Map<String, String> tags = new LinkedHashMap<>();

    @Option(
            names = "--metadata",
            paramLabel = "K=V",
            description = "A fact about it: metrics, parameters (repeatable).")
    private Map<String, String> metadata = new LinkedHashMap<>();

    @Option(
            names = "--provenance",
            paramLabel = "K=V",
            description = "Where it comes from: commit, run, data (repeatable).")
    private Map<String, String> provenance = new LinkedHashMap<>();

    Publisher.Details details() {
        return new Publisher.Details(description, tags, metadata, provenance, labels);
    }
}

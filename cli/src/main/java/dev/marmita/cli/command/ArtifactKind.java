package dev.marmita.cli.command;

/** Models and services are handled alike. */
public enum ArtifactKind {
    MODEL("model", "models"),
    SERVICE("service", "services");

    public final String word;
    public final String path;

    ArtifactKind(String word, String path) {
        this.word = word;
        this.path = path;
    }
}

package dev.marmita.scheduler.plan;

/** The state of a deployment in one word. */
public enum Phase {
    PENDING("Pending"),
    STARTING("Starting"),
    READY("Ready"),
    /** Ready, while another revision is rolled out. */
    UPDATING("Updating"),
    /** No replica runs; a request wakes one. */
    IDLE("Idle"),
    /** It serves, but its newest revision does not work. */
    DEGRADED("Degraded"),
    FAILED("Failed"),
    DELETING("Deleting");

    private final String text;

    Phase(String text) {
        this.text = text;
    }

    /** As shown to people and programs. */
    public String text() {
        return text;
    }
}

package dev.marmita.cli.evaluate;

/** Counts of what was found, and precision, recall and F1 of them. */
record Rates(long matched, long predicted, long truth) {

    Rates plus(Rates other) {
        return new Rates(matched + other.matched, predicted + other.predicted, truth + other.truth);
    }

    double precision() {
        return predicted > 0 ? (double) matched / predicted : truth > 0 ? 0 : 1;
    }

    double recall() {
        return truth > 0 ? (double) matched / truth : 1;
    }

    double f1() {
        double sum = precision() + recall();
        return sum > 0 ? 2 * precision() * recall() / sum : 0;
    }
}

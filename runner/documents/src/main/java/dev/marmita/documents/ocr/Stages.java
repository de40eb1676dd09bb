package dev.marmita.documents.ocr;

/** Takes how long the stages of reading took. */
@FunctionalInterface
public interface Stages {

    void record(String name, long nanos);
}

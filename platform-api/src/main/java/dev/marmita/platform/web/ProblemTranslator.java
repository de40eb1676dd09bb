package dev.marmita.platform.web;

import java.util.Optional;

/** Knows what the failures of one module mean to a caller of the API. */
@FunctionalInterface
public interface ProblemTranslator {

    /** The problem, or empty where that failure is none of this module's. */
    Optional<ProblemException> translate(Exception failure);
}

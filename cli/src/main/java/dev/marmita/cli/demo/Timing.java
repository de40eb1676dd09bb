package dev.marmita.cli.demo;

import dev.marmita.cli.api.Answer;

/**
 * One document, sent twice.
 *
 * @param cold whether no replica ran before the first request
 */
record Timing(String document, boolean cold, Answer first, Answer second) {}

/** Counters and histograms in Prometheus' text format; small, because a runner must start fast. */
@NullMarked
package dev.marmita.runner.metrics;

import org.jspecify.annotations.NullMarked;

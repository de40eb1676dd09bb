/**
 * What it costs to wake a deployment up.
 */
@NullMarked
package dev.marmita.benchmarks.wake;

import org.jspecify.annotations.NullMarked;

/**
 * Adaptive batching: several calls of one model in one run, where the runner has measured that it pays and
 * seen that it does not change an answer. {@link dev.marmita.runner.batching.Batcher} is the way in.
 */
@NullMarked
package dev.marmita.runner.batching;

import org.jspecify.annotations.NullMarked;

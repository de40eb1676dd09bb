/** Benchmarks of the project; never a dependency of anything. */
@NullMarked
package dev.marmita.benchmarks;

import org.jspecify.annotations.NullMarked;

/** The runner under load, beside what it is compared with: each in a process of its own. */
@NullMarked
package dev.marmita.benchmarks.serving;

import org.jspecify.annotations.NullMarked;

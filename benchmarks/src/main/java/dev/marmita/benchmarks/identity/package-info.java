/** What it costs a gateway to know who calls. */
@NullMarked
package dev.marmita.benchmarks.identity;

import org.jspecify.annotations.NullMarked;

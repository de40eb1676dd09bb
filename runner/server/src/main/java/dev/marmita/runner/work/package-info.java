/** Where requests run: a fixed pool of platform threads, bounded, aware of deadlines and of callers that left. */
@NullMarked
package dev.marmita.runner.work;

import org.jspecify.annotations.NullMarked;

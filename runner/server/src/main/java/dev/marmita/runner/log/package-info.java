/** One JSON object per line on standard output: what the platform collects as a replica's log. */
@NullMarked
package dev.marmita.runner.log;

import org.jspecify.annotations.NullMarked;

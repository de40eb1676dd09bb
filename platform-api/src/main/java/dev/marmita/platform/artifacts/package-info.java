/** The registry over REST – uploads, models, services – and as the scheduler sees it. */
@NullMarked
package dev.marmita.platform.artifacts;

import org.jspecify.annotations.NullMarked;

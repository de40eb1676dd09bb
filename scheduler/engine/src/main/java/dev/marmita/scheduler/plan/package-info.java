/**
 * What to do next: pure functions of desired state, observed state and time.
 */
@NullMarked
package dev.marmita.scheduler.plan;

import org.jspecify.annotations.NullMarked;

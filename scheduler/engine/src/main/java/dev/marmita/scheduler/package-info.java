/**
 * Deployments of tenants: what shall run, what runs, and the loop that makes the one into the other.
 * {@link dev.marmita.scheduler.Deployments} is the way in for people, {@link dev.marmita.scheduler.Scheduler}
 * for signals; the ports next to them are what the platform has to provide.
 */
@NullMarked
package dev.marmita.scheduler;

import org.jspecify.annotations.NullMarked;

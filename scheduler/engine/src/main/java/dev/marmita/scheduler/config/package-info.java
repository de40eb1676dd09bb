/**
 * Wires the scheduler with Spring.
 */
@NullMarked
package dev.marmita.scheduler.config;

import org.jspecify.annotations.NullMarked;

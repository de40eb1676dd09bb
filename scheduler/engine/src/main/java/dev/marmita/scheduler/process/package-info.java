/**
 * Runs replicas as child processes of this machine.
 */
@NullMarked
package dev.marmita.scheduler.process;

import org.jspecify.annotations.NullMarked;

/**
 * The port to whatever runs replicas, and its values.
 */
@NullMarked
package dev.marmita.scheduler.compute;

import org.jspecify.annotations.NullMarked;

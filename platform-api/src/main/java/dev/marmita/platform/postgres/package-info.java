/**
 * Scheduler and gateway talk over PostgreSQL: routes and demand as rows, {@code NOTIFY} to be quick, polls to
 * be sure. The same way in one process as in many.
 */
@NullMarked
package dev.marmita.platform.postgres;

import org.jspecify.annotations.NullMarked;

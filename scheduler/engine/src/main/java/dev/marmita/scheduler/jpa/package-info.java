/**
 * Deployments, replicas and usage in PostgreSQL.
 */
@NullMarked
package dev.marmita.scheduler.jpa;

import org.jspecify.annotations.NullMarked;

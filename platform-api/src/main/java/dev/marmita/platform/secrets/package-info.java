/** Secrets of tenants: sealed in the database, opened for runners alone. */
@NullMarked
package dev.marmita.platform.secrets;

import org.jspecify.annotations.NullMarked;

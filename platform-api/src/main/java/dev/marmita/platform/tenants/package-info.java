/** Tenants and the plans that bound them. */
@NullMarked
package dev.marmita.platform.tenants;

import org.jspecify.annotations.NullMarked;

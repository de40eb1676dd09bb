/** What tenants used and what it costs. */
@NullMarked
package dev.marmita.platform.usage;

import org.jspecify.annotations.NullMarked;

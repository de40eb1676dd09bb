/** The product tried from outside: real processes, real requests, real faults. */
@NullMarked
package dev.marmita.acceptance;

import org.jspecify.annotations.NullMarked;

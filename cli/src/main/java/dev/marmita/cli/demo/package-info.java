/** The demonstration: from pushed models to a protected endpoint that reads documents. */
@NullMarked
package dev.marmita.cli.demo;

import org.jspecify.annotations.NullMarked;

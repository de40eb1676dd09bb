/** The {@code marmita} command. */
@NullMarked
package dev.marmita.cli;

import org.jspecify.annotations.NullMarked;

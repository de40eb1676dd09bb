/** The commands. */
@NullMarked
package dev.marmita.cli.command;

import org.jspecify.annotations.NullMarked;

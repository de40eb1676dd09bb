/** What a person or a program reads: tables, progress, JSON. */
@NullMarked
package dev.marmita.cli.output;

import org.jspecify.annotations.NullMarked;

/** What the console shows beyond single resources: lists over many rows, counts, figures over time. */
@NullMarked
package dev.marmita.platform.console.board;

import org.jspecify.annotations.NullMarked;

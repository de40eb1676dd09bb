/** Who did what, and who was refused: an append-only, hash-chained table that every change writes to. */
@NullMarked
package dev.marmita.platform.audit;

import org.jspecify.annotations.NullMarked;

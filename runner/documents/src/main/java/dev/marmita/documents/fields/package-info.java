/** Fields of receipts and invoices by rules over their rows. */
@NullMarked
package dev.marmita.documents.fields;

import org.jspecify.annotations.NullMarked;

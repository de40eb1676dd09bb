/** Recognised text as rows of upright pages, and what can be found in text: dates, amounts, tax numbers. */
@NullMarked
package dev.marmita.documents.layout;

import org.jspecify.annotations.NullMarked;

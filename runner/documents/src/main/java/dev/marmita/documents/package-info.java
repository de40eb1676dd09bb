/** The document service: pages in, text with boxes and the metadata of Decreto 10.278/2020 out. */
@NullMarked
package dev.marmita.documents;

import org.jspecify.annotations.NullMarked;

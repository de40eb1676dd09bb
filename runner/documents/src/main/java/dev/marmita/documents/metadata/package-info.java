/** What Decreto 10.278/2020 asks of a digitised document: metadata (Anexo II) and technical minimum (Anexo I). */
@NullMarked
package dev.marmita.documents.metadata;

import org.jspecify.annotations.NullMarked;

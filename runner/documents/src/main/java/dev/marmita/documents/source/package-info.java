/** Files in, pages out: PNG, JPEG, TIFF and PDF, refused early where they are broken or too large. */
@NullMarked
package dev.marmita.documents.source;

import org.jspecify.annotations.NullMarked;

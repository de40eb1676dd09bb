/** Pixels in plain Java: decoded pages, pyramids, sampling of rotated crops. */
@NullMarked
package dev.marmita.documents.image;

import org.jspecify.annotations.NullMarked;

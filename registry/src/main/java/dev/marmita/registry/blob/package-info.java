/** Contents: how they come in piece by piece, are verified, found by digest, and swept when nobody refers to them. */
@NullMarked
package dev.marmita.registry.blob;

import org.jspecify.annotations.NullMarked;

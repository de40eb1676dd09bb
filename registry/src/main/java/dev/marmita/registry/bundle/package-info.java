/** Reads service bundles, trusting nothing in them. */
@NullMarked
package dev.marmita.registry.bundle;

import org.jspecify.annotations.NullMarked;

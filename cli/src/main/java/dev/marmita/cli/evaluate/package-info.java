/** Accuracy and speed of a deployed document endpoint, measured on a folder of documents with truth. */
@NullMarked
package dev.marmita.cli.evaluate;

import org.jspecify.annotations.NullMarked;

/** Reads what an ONNX file says about itself, in a process of its own that may die of it. */
@NullMarked
package dev.marmita.registry.onnx;

import org.jspecify.annotations.NullMarked;

/** Models on ONNX Runtime: opening with a cache of optimised graphs, running without copies, closing by scope. */
@NullMarked
package dev.marmita.runner.onnx;

import org.jspecify.annotations.NullMarked;

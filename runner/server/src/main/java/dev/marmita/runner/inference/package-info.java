/**
 * The Open Inference Protocol v2 over REST and gRPC: calls decoded straight into tensors, results
 * encoded straight from them.
 */
@NullMarked
package dev.marmita.runner.inference;

import org.jspecify.annotations.NullMarked;

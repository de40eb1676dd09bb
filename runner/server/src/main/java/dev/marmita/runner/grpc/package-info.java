/** gRPC over HTTP/2: the Open Inference Protocol, health and reflection, by hand on few messages. */
@NullMarked
package dev.marmita.runner.grpc;

import org.jspecify.annotations.NullMarked;

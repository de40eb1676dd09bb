/** The server: HTTP/1.1, HTTP/2 and gRPC on one port, from a request's first byte to its answer's last. */
@NullMarked
package dev.marmita.runner.http;

import org.jspecify.annotations.NullMarked;

/**
 * The data plane's front door: admits requests by token, holds them until a replica can take them, and
 * passes them on. {@link dev.marmita.gateway.Gateway} is the way in; the ports next to it are what it
 * needs from the control plane, which may be down without any request noticing.
 */
@NullMarked
package dev.marmita.gateway;

import org.jspecify.annotations.NullMarked;

/**
 * Tokens of identity providers (OpenID Connect): who holds one, checked against keys that are fetched, kept and
 * renewed beside the requests. Knows nothing of routes or HTTP servers.
 */
@NullMarked
package dev.marmita.gateway.jwt;

import org.jspecify.annotations.NullMarked;

package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;

/** A deployment whose newest or serving revision has that version of a secret. */
public record SecretUse(EndpointId endpoint, String secret, long version) {}

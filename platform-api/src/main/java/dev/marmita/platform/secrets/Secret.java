package dev.marmita.platform.secrets;

import java.time.Instant;

/** What may be known of a secret. */
record Secret(
        SecretName name,
        long version,
        Instant createdAt,
        String createdBy,
        Instant updatedAt,
        String updatedBy) {}

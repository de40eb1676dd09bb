/** Deployments over REST, and what the scheduler asks of the platform. */
@NullMarked
package dev.marmita.platform.deployments;

import org.jspecify.annotations.NullMarked;

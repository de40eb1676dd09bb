/**
 * The contract between the scheduler, which decides what runs, and the gateway, which sends requests
 * there: routes and credentials one way, load the other. JSON by component names.
 */
@NullMarked
package dev.marmita.routing;

import org.jspecify.annotations.NullMarked;

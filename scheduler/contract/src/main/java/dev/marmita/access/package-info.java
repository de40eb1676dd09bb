/**
 * Who may do what: one decision for the REST API, the console and the gateway. Pure; knows neither HTTP
 * nor a database.
 */
@NullMarked
package dev.marmita.access;

import org.jspecify.annotations.NullMarked;

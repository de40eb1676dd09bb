/**
 * The declarative specification of a deployment: strict parsing, and its JSON form.
 */
@NullMarked
package dev.marmita.scheduler.spec;

import org.jspecify.annotations.NullMarked;

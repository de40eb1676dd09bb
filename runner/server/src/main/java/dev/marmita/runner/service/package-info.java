/** A service's own routes: requests into its records, results into answers, and the pages that describe them. */
@NullMarked
package dev.marmita.runner.service;

import org.jspecify.annotations.NullMarked;

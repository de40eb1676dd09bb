/** The service that the acceptance tests push. */
@NullMarked
package dev.marmita.acceptance.service;

import org.jspecify.annotations.NullMarked;

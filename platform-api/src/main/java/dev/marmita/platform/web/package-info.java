/** What every REST handler shares: problems, pages, request ids, idempotent POSTs, body limits. */
@NullMarked
package dev.marmita.platform.web;

import org.jspecify.annotations.NullMarked;

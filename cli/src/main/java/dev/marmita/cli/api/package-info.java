/** The platform's REST API as the command line uses it: connection, retries, problems, uploads. */
@NullMarked
package dev.marmita.cli.api;

import org.jspecify.annotations.NullMarked;

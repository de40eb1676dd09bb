/** The inference server: one process, one revision of one tenant's deployment. */
@NullMarked
package dev.marmita.runner;

import org.jspecify.annotations.NullMarked;

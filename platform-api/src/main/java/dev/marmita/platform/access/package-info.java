/** Who may do what: API tokens, permissions, and the filter that holds every handler to them. */
@NullMarked
package dev.marmita.platform.access;

import org.jspecify.annotations.NullMarked;

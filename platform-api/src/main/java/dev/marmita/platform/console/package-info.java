/** What a person sees first: state, health, and one page. */
@NullMarked
package dev.marmita.platform.console;

import org.jspecify.annotations.NullMarked;

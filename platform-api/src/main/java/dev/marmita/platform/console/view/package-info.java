/** What templates get: texts, formats, and rows of tables. Public, for templates live in a package of their own. */
@NullMarked
package dev.marmita.platform.console.view;

import org.jspecify.annotations.NullMarked;

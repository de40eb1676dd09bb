/** Who is signed in at the console: a cookie in the browser, a row in the database, nothing in the page. */
@NullMarked
package dev.marmita.platform.console.session;

import org.jspecify.annotations.NullMarked;

/** The program: every role of the platform, wired from the other modules. */
@NullMarked
package dev.marmita.platform;

import org.jspecify.annotations.NullMarked;

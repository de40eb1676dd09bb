/** Identity providers: whom their tokens stand for, and what a realm needs so that deployments' groups work. */
@NullMarked
package dev.marmita.platform.identity;

import org.jspecify.annotations.NullMarked;

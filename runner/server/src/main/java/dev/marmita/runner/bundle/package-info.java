/** Service bundles: manifest, isolated classes, the service object and its methods. */
@NullMarked
package dev.marmita.runner.bundle;

import org.jspecify.annotations.NullMarked;

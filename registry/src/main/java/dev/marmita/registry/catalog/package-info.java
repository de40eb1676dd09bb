/** Names, versions, labels and their history; what a pushed content must be to become a version. */
@NullMarked
package dev.marmita.registry.catalog;

import org.jspecify.annotations.NullMarked;

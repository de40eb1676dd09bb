/**
 * Calls whose results are fetched later, in the form of BentoML's tasks. They are kept on the replica's
 * scratch disk: they outlive its process, but not the replica.
 */
@NullMarked
package dev.marmita.runner.tasks;

import org.jspecify.annotations.NullMarked;

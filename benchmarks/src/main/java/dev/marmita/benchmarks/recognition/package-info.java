/** Whether text lines are cheaper to recognise in batches than one by one. */
@NullMarked
package dev.marmita.benchmarks.recognition;

import org.jspecify.annotations.NullMarked;

/**
 * Java types of a service's inputs and outputs as shapes: read strictly from JSON and text, written as
 * JSON, described as JSON Schema. One description drives all four, so they cannot disagree.
 */
@NullMarked
package dev.marmita.runner.binding;

import org.jspecify.annotations.NullMarked;

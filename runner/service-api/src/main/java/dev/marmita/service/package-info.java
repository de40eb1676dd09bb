/**
 * What the author of a service compiles against: a class with typed inputs and outputs, model slots
 * injected through its constructor, and annotations for its routes.
 */
@NullMarked
package dev.marmita.service;

import org.jspecify.annotations.NullMarked;

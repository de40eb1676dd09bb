/**
 * What a runner is started with to record a JVM's AOT cache: a service and a model of nobody's, so that
 * every tenant's runners may load what was recorded.
 */
@NullMarked
package dev.marmita.runner.training;

import org.jspecify.annotations.NullMarked;

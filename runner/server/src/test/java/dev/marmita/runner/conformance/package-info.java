/**
 * What clients of the field depend on, held against a started runner: HTTP/1.1 over a plain socket and
 * gRPC in frames, one test for every fact.
 */
package dev.marmita.runner.conformance;

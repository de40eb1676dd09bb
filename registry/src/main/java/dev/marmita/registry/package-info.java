/**
 * Models and services: immutable numbered versions, movable labels, contents by sha256 in S3, rows in
 * PostgreSQL. {@link dev.marmita.registry.ModelCatalog}, {@link
 * dev.marmita.registry.ServiceCatalog}, {@link dev.marmita.registry.Uploads} and {@link
 * dev.marmita.registry.Blobs} are the ways in; expected refusals are {@link
 * dev.marmita.registry.RegistryException}s.
 */
@NullMarked
package dev.marmita.registry;

import org.jspecify.annotations.NullMarked;

package dev.marmita.registry;

/** The services: bundles of {@code service.yaml} and {@code lib/*.jar}. */
public interface ServiceCatalog extends Catalog<ServiceVersion> {}

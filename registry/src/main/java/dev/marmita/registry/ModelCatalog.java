package dev.marmita.registry;

/** The models: single-file ONNX models, opened once in a process of their own when they are pushed. */
public interface ModelCatalog extends Catalog<ModelVersion> {}

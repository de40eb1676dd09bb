package dev.marmita.runner.inference;

import dev.marmita.service.ElementKind;

/** {@code DataType} of Triton's model configuration; the ordinal is its number on the wire. */
@SuppressWarnings("EnumOrdinal") // The order is the protocol's.
public enum ConfigType {
    TYPE_INVALID,
    TYPE_BOOL,
    TYPE_UINT8,
    TYPE_UINT16,
    TYPE_UINT32,
    TYPE_UINT64,
    TYPE_INT8,
    TYPE_INT16,
    TYPE_INT32,
    TYPE_INT64,
    TYPE_FP16,
    TYPE_FP32,
    TYPE_FP64,
    TYPE_STRING,
    TYPE_BF16;

    public static ConfigType of(ElementKind kind) {
        return kind == ElementKind.BYTES ? TYPE_STRING : valueOf("TYPE_" + kind.name());
    }

    public int number() {
        return ordinal();
    }
}

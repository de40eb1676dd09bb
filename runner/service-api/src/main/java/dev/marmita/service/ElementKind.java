package dev.marmita.service;

/** Element types of tensors, named as in the Open Inference Protocol. */
public enum ElementKind {
    BOOL(1),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    UINT64(8),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FP16(2),
    BF16(2),
    FP32(4),
    FP64(8),
    /** Strings or byte strings of any length; such tensors have {@link Tensor#strings()}, not a buffer. */
    BYTES(0);

    private final int size;

    ElementKind(int size) {
        this.size = size;
    }

    /** Bytes of one element; 0 for {@link #BYTES}. */
    public int size() {
        return size;
    }
}

package dev.marmita.runner.inference;

import dev.marmita.service.BadInputException;
import dev.marmita.service.ElementKind;
import java.util.Arrays;

/** Sizes of tensors that a caller announces. */
public final class TensorShapes {

    public static final int MAX_RANK = 32;

    private TensorShapes() {}

    /**
     * The number of elements.
     *
     * @throws BadInputException naming the input, where a dimension is negative or the product too large
     */
    public static int elements(String input, ElementKind kind, long[] shape) {
        if (shape.length > MAX_RANK) {
            throw new BadInputException(
                    input, "input '" + input + "' has more than " + MAX_RANK + " dimensions");
        }
        long elements = 1;
        for (long dimension : shape) {
            if (dimension < 0) {
                throw new BadInputException(
                        input,
                        "input '"
                                + input
                                + "' has a negative dimension in its shape "
                                + Arrays.toString(shape));
            }
            long high = Math.multiplyHigh(elements, dimension);
            elements *= dimension;
            // A later 0 would hide an overflow: what matters is that the answer is right.
            if (high != 0 || elements < 0 || elements > Integer.MAX_VALUE) {
                throw new BadInputException(
                        input,
                        "input '"
                                + input
                                + "' is too large: shape "
                                + Arrays.toString(shape)
                                + " of "
                                + kind);
            }
        }
        if (elements * Math.max(1, kind.size()) > Integer.MAX_VALUE) {
            throw new BadInputException(
                    input,
                    "input '"
                            + input
                            + "' is too large: shape "
                            + Arrays.toString(shape)
                            + " of "
                            + kind);
        }
        return (int) elements;
    }

    /**
     * The datatype of that name.
     *
     * @throws BadInputException naming the input
     */
    public static ElementKind kind(String input, String datatype) {
        for (ElementKind kind : ElementKind.values()) {
            if (kind.name().equals(datatype)) {
                return kind;
            }
        }
        throw new BadInputException(
                input,
                "input '"
                        + input
                        + "' has an unknown datatype '"
                        + (datatype.length() > 40 ? datatype.substring(0, 40) : datatype)
                        + "'; known are "
                        + Arrays.toString(ElementKind.values()));
    }
}

package dev.marmita.runner.onnx;

import dev.marmita.service.BadInputException;
import dev.marmita.service.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Byte strings of the protocol and the Java strings that ONNX Runtime takes. */
final class Strings {

    private Strings() {}

    static String[] decode(Tensor tensor) {
        List<byte[]> elements = tensor.strings();
        String[] decoded = new String[elements.size()];
        for (int i = 0; i < decoded.length; i++) {
            try {
                decoded[i] =
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(elements.get(i)))
                                .toString();
            } catch (CharacterCodingException e) {
                throw new BadInputException("element " + i + " of a BYTES input is not UTF-8");
            }
        }
        return decoded;
    }

    /** Elements of a string, or of an array of strings of any rank, row-major. */
    static List<byte[]> encode(Object value) {
        List<byte[]> encoded = new ArrayList<>();
        collect(value, encoded);
        return encoded;
    }

    private static void collect(Object value, List<byte[]> into) {
        if (value instanceof Object[] array) {
            for (Object element : array) {
                collect(element, into);
            }
        } else {
            into.add(((String) value).getBytes(StandardCharsets.UTF_8));
        }
    }
}

package dev.marmita.runner.bundle;

import dev.marmita.runner.batching.Padding;
import dev.marmita.runner.batching.Padding.Pad;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a manifest says of padding: {@code {input: {axis: 1, value: 0}}}. */
final class PaddingReading {

    private PaddingReading() {}

    /**
     * @param value as read from the file
     */
    static Padding read(String where, @Nullable Object value) throws BundleInvalidException {
        if (value == null) {
            return Padding.NONE;
        }
        Map<String, Pad> inputs = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map(where, value).entrySet()) {
            String input = String.valueOf(entry.getKey());
            String place = where + "." + input;
            Map<?, ?> pad = map(place, entry.getValue());
            Manifest.onlyKeys(place + ".", pad, "axis", "value");
            inputs.put(input, pad(place, pad.get("axis"), pad.get("value")));
        }
        return new Padding(inputs);
    }

    private static Pad pad(String where, @Nullable Object axis, @Nullable Object value)
            throws BundleInvalidException {
        if (!(axis instanceof Number number)
                || number.doubleValue() != number.intValue()
                || number.intValue() < 1) {
            throw new BundleInvalidException(
                    Manifest.FILE + ": " + where + ".axis must be a whole number from 1");
        }
        if (value != null && !(value instanceof Number)) {
            throw new BundleInvalidException(
                    Manifest.FILE + ": " + where + ".value must be a number");
        }
        return new Pad(number.intValue(), value instanceof Number given ? given.doubleValue() : 0);
    }

    private static Map<?, ?> map(String where, @Nullable Object value)
            throws BundleInvalidException {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            return map;
        }
        throw new BundleInvalidException(
                Manifest.FILE + ": " + where + " must be a map, such as {x: {axis: 1, value: 0}}");
    }
}

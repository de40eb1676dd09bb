package dev.marmita.documents.source;

import java.util.Optional;

/**
 * How a page's pixels are packed.
 *
 * @param lossless empty where it cannot be told
 */
public record Compression(String name, Optional<Boolean> lossless) {

    static Compression lossless(String name) {
        return new Compression(name, Optional.of(true));
    }

    static Compression lossy(String name) {
        return new Compression(name, Optional.of(false));
    }

    static Compression unknown(String name) {
        return new Compression(name, Optional.empty());
    }
}

package dev.marmita.documents.source;

import dev.marmita.service.BadInputException;
import java.io.IOException;

/** Turns what decoders throw at broken files into one clear refusal. */
final class Damage {

    private static final String FIELD = "document";

    private Damage() {}

    static BadInputException refuse(String message) {
        return new BadInputException(FIELD, message);
    }

    /** Runs a decoder; whatever it throws on hostile bytes means that the file is damaged. */
    static <T> T guard(String what, Decoding<T> decoding) {
        try {
            return decoding.run();
        } catch (BadInputException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw refuse(what + " is damaged or cut off" + reason(e));
        }
    }

    private static String reason(Throwable e) {
        String message = e.getMessage();
        if (message == null || message.isBlank() || message.length() > 120) {
            return "";
        }
        return " (" + message.strip() + ")";
    }

    static void checkSize(String what, long width, long height, Limits limits) {
        if (width < 1 || height < 1) {
            throw refuse(what + " has no pixels (" + width + "×" + height + ")");
        }
        if (width > limits.maxPixels() / height) {
            throw refuse(
                    what
                            + " has "
                            + width
                            + "×"
                            + height
                            + " pixels; at most "
                            + limits.maxPixels() / 1_000_000
                            + " megapixels are read");
        }
    }

    /** Work that reads bytes somebody sent. */
    @FunctionalInterface
    interface Decoding<T> {
        T run() throws IOException;
    }
}

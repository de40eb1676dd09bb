package dev.marmita.scheduler.compute;

import java.io.IOException;
import java.io.InputStream;

/** Where blobs come from, by digest. Implementations need not verify the content: the reader does. */
public interface ArtifactSource {

    /**
     * @param digest {@code sha256:} and 64 lower-case hex digits
     * @return the content from its first byte; the caller closes it
     * @throws ArtifactMissingException where there is no such blob
     * @throws IOException where it cannot be read now
     */
    InputStream open(String digest) throws IOException;

    /** There is no blob with that digest. */
    final class ArtifactMissingException extends IOException {
        public ArtifactMissingException(String digest) {
            super("no blob " + digest);
        }
    }
}

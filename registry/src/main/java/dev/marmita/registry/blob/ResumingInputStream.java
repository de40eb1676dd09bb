package dev.marmita.registry.blob;

import dev.marmita.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** An object's bytes, asked for again from where they broke off; not endlessly. Not thread-safe. */
final class ResumingInputStream extends InputStream {

    private static final int RESUMES = 3;

    private final BlobStore store;
    private final String key;
    private @Nullable InputStream source;
    private long position;
    private int resumes;

    /**
     * @throws RegistryException.NotFound where there is no such object
     */
    ResumingInputStream(BlobStore store, String key) {
        this.store = store;
        this.key = key;
        this.source = opened();
    }

    private InputStream opened() {
        return store.open(key, position)
                .orElseThrow(
                        () ->
                                new RegistryException.NotFound(
                                        "the object store has no object " + key));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (true) {
            try {
                int count = current().read(bytes, offset, length);
                position += Math.max(count, 0);
                return count;
            } catch (IOException brokenOff) {
                drop();
                if (++resumes > RESUMES) {
                    throw brokenOff;
                }
            }
        }
    }

    private InputStream current() throws IOException {
        if (source == null) {
            try {
                source = opened();
            } catch (RegistryException gone) {
                throw new IOException(gone.getMessage(), gone);
            }
        }
        return source;
    }

    private void drop() {
        InputStream broken = source;
        source = null;
        if (broken != null) {
            try {
                broken.close();
            } catch (IOException alreadyBroken) {
                // nothing is lost with it
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (source != null) {
            source.close();
        }
    }
}

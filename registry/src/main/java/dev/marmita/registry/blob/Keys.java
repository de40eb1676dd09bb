package dev.marmita.registry.blob;

import dev.marmita.registry.Digest;
import java.util.UUID;

/** Where objects lie in the bucket. No key is the folder of another, and none is used a second time. */
final class Keys {

    private Keys() {}

    /** A content; {@code id} makes the key the own of one attempt to bring it in. */
    static String blob(Digest digest, UUID id) {
        return "blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex() + "/" + id;
    }

    /** What an upload needs while it is open. */
    static String folder(UUID upload) {
        return "uploads/" + upload;
    }

    /** Bytes up to {@code end} that are too few for a part. */
    static String tail(UUID upload, long end) {
        return folder(upload) + "/tail-" + end;
    }

    /** Where a presigned request puts the whole content. */
    static String direct(UUID upload) {
        return folder(upload) + "/direct";
    }
}

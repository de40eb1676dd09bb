package dev.marmita.cli.api;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import tools.jackson.databind.JsonNode;

/**
 * Sends a file into the blob store: in chunks, each kept before the next is sent, so that a lost connection or a
 * restarted platform costs one chunk. Content that the store has already is not sent.
 */
public final class Uploads {
    static final int CHUNK = 8 << 20;
    private static final int MAX_CORRECTIONS = 20;

    private final Api api;
    private final int chunk;

    public Uploads(Api api) {
        this(api, CHUNK);
    }

    Uploads(Api api, int chunk) {
        this.api = api;
        this.chunk = chunk;
    }

    /**
     * Returns when the store holds the content and has verified its digest.
     *
     * @return whether anything had to be sent
     */
    public boolean send(Path file, String digest, Transfer transfer) throws IOException {
        long size = Files.size(file);
        try (Api patient = api.with(Retry.patient());
                FileChannel content = FileChannel.open(file, StandardOpenOption.READ)) {
            JsonNode upload =
                    patient.post("/uploads", Json.object().put("digest", digest).put("size", size));
            if (isComplete(upload)) {
                transfer.at(size, size);
                return false;
            }
            String path = Api.path("uploads", Json.text(upload, "id"));
            sendFrom(patient, path, upload.path("offset").asLong(0), size, content, transfer);
            patient.post(path + "/complete", Json.object());
            return true;
        }
    }

    private void sendFrom(
            Api patient, String path, long from, long size, FileChannel content, Transfer transfer)
            throws IOException {
        long offset = from;
        int corrections = 0;
        while (offset < size) {
            transfer.at(offset, size);
            byte[] bytes = read(content, offset, (int) Math.min(chunk, size - offset));
            try {
                JsonNode after =
                        patient.put(
                                path + "?offset=" + offset,
                                "application/octet-stream",
                                BodyPublishers.ofByteArray(bytes));
                offset = after.path("offset").asLong(offset + bytes.length);
            } catch (ApiException refused) {
                // An answer was lost and the chunk was kept, or the platform lost part of one: it
                // knows where.
                if (refused.problem().status() != 409 || ++corrections > MAX_CORRECTIONS) {
                    throw refused;
                }
                JsonNode now = patient.get(path);
                if (isComplete(now)) {
                    break;
                }
                offset = now.path("offset").asLong(0);
            }
        }
        transfer.at(size, size);
    }

    private static byte[] read(FileChannel content, long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (content.read(buffer, offset + buffer.position()) < 0) {
                throw new IOException("the file became shorter while it was sent");
            }
        }
        return buffer.array();
    }

    private static boolean isComplete(JsonNode upload) {
        return Json.text(upload, "state").equals("complete");
    }
}

package dev.marmita.registry.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.marmita.registry.Contents;
import dev.marmita.registry.PresignedUrl;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every {@link BlobStore} does. */
public abstract class BlobStoreContract {

    private static final int PART = 5 << 20;

    private final String folder = "contract/" + UUID.randomUUID();
    private final String key = folder + "/object";

    /** The same store for all tests. */
    protected abstract BlobStore store();

    @Test
    void putsGetsReplacesAndDeletes() throws IOException {
        assertThat(store().open(key, 0)).isEmpty();
        assertThat(store().size(key)).isEmpty();
        store().delete(key);

        store().put(key, "hello world".getBytes(), 5);
        assertThat(read(key, 0)).asString().isEqualTo("hello");
        store().put(key, "goodbye".getBytes(), 7);
        assertThat(read(key, 0)).asString().isEqualTo("goodbye");
        assertThat(read(key, 4)).asString().isEqualTo("bye");
        assertThat(store().size(key)).hasValue(7);

        store().delete(key);
        assertThat(store().open(key, 0)).isEmpty();
    }

    @Test
    void closesAStreamEarly() throws IOException {
        byte[] bytes = Contents.random(PART);
        store().put(key, bytes, bytes.length);
        for (int i = 0; i < 100; i++) {
            try (InputStream in = store().open(key, 0).orElseThrow()) {
                assertThat(in.read()).isEqualTo(bytes[0] & 0xFF);
            }
        }
        assertThat(read(key, 0)).isEqualTo(bytes);
    }

    @Test
    void showsAnObjectInPartsOnlyWhenComplete() throws IOException {
        byte[] bytes = Contents.random(2 * PART + 9);
        String id = store().startMultipart(key);
        TreeMap<Integer, String> etags = new TreeMap<>();
        etags.put(2, part(id, 2, bytes));
        part(id, 1, Contents.random(3 * PART));
        etags.put(1, part(id, 1, bytes));
        etags.put(3, part(id, 3, bytes));
        assertThat(store().size(key)).isEmpty();

        store().completeMultipart(key, id, etags);
        assertThat(read(key, 0)).isEqualTo(bytes);
        assertThat(store().size(key)).hasValue(bytes.length);

        store().completeMultipart(key, id, etags);
        store().abortMultipart(key, id);
        assertThat(read(key, 0)).isEqualTo(bytes);
    }

    private String part(String id, int number, byte[] bytes) {
        byte[] part =
                Arrays.copyOfRange(
                        bytes, (number - 1) * PART, Math.min(number * PART, bytes.length));
        return store().putPart(key, id, number, part, part.length);
    }

    @Test
    void forgetsAbortedParts() {
        String id = store().startMultipart(key);
        String etag = store().putPart(key, id, 1, new byte[9], 9);
        store().abortMultipart(key, id);
        store().abortMultipart(key, id);

        assertThatExceptionOfType(BlobStore.MultipartGone.class)
                .isThrownBy(
                        () -> store().completeMultipart(key, id, new TreeMap<>(Map.of(1, etag))));
        assertThat(store().size(key)).isEmpty();
    }

    @Test
    void forgetsAllPartsOfAKeyAndOfNoOther() {
        String other = store().startMultipart(key + "2");
        String etag = store().putPart(key + "2", other, 1, new byte[9], 9);
        String id = store().startMultipart(key);
        store().putPart(key, id, 1, new byte[9], 9);
        store().startMultipart(key);

        store().abortMultiparts(key);
        store().abortMultiparts(key);

        assertThatExceptionOfType(BlobStore.MultipartGone.class)
                .isThrownBy(
                        () -> store().completeMultipart(key, id, new TreeMap<>(Map.of(1, etag))));
        store().completeMultipart(key + "2", other, new TreeMap<>(Map.of(1, etag)));
        assertThat(store().size(key + "2")).hasValue(9);
    }

    @Test
    void copies() throws IOException {
        assertThat(store().copy(key, key + "-copy")).isFalse();
        store().put(key, new byte[] {1, 2, 3}, 3);
        assertThat(store().copy(key, key + "-copy")).isTrue();
        assertThat(read(key + "-copy", 0)).containsExactly(1, 2, 3);
    }

    @Test
    void deletesAFolderAndNothingBesides() {
        for (int i = 0; i < 3; i++) {
            store().put(folder + "/a/" + i, new byte[1], 1);
        }
        store().put(folder + "/ab", new byte[1], 1);
        store().deleteFolder(folder + "/a");
        store().deleteFolder(folder + "/a");
        assertThat(store().size(folder + "/a/0")).isEmpty();
        assertThat(store().size(folder + "/a/2")).isEmpty();
        assertThat(store().size(folder + "/ab")).hasValue(1);
    }

    @Test
    void presignsRequestsForOneObject() throws Exception {
        byte[] bytes = Contents.random(1000);
        PresignedUrl put = store().presignPut(key, 1000, Duration.ofMinutes(1));
        assertThat(send(put, Contents.random(999)).statusCode()).isEqualTo(403);
        assertThat(send(put, bytes).statusCode()).isEqualTo(200);
        assertThat(read(key, 0)).isEqualTo(bytes);

        PresignedUrl get = store().presignGet(key, "x.onnx", Duration.ofMinutes(1));
        assertThat(send(get, null).body()).isEqualTo(bytes);
        PresignedUrl tampered =
                new PresignedUrl(
                        URI.create(get.url().toString().replace("/object?", "/objecT?")),
                        "GET",
                        get.headers(),
                        get.expiresAt());
        assertThat(send(tampered, null).statusCode()).isEqualTo(403);
    }

    private byte[] read(String key, long offset) throws IOException {
        try (InputStream in = store().open(key, offset).orElseThrow()) {
            return in.readAllBytes();
        }
    }

    private static HttpResponse<byte[]> send(PresignedUrl url, byte[] body) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url.url())
                        .method(
                                url.method(),
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(body));
        url.headers().forEach(request::header);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        }
    }
}

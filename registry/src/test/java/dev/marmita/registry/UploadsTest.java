package dev.marmita.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.marmita.registry.blob.RegistrySweeper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Backends.Extension.class)
final class UploadsTest {

    private static final int MIB = 1 << 20;

    private final Uploads uploads;
    private final Blobs blobs;
    private final TestApplication.TestClock clock;
    private final RegistrySweeper sweeper;

    UploadsTest(Backends backends) {
        this.uploads = backends.bean(Uploads.class);
        this.blobs = backends.bean(Blobs.class);
        this.clock = backends.bean(TestApplication.TestClock.class);
        this.sweeper = backends.bean(RegistrySweeper.class);
    }

    @Test
    void takesAContentInChunksOfAnySize() throws IOException {
        byte[] bytes = Contents.random(20 * MIB + 7);
        Upload upload = uploads.open(Contents.digest(bytes), bytes.length, "ann");
        assertThat(upload.offset()).isZero();
        assertThat(upload.state()).isEqualTo(Upload.State.OPEN);

        for (int length : List.of(1, 3 * MIB, 9 * MIB + 5, 100, 5 * MIB)) {
            upload = write(upload, bytes, length);
        }
        upload = write(upload, bytes, bytes.length - (int) upload.offset());

        assertThat(upload.offset()).isEqualTo(bytes.length);
        assertThat(uploads.complete(upload.id()).state()).isEqualTo(Upload.State.COMPLETE);
        assertThat(content(Contents.digest(bytes))).isEqualTo(bytes);
        assertThat(blobs.size(Contents.digest(bytes))).isEqualTo(bytes.length);
    }

    @Test
    void completesAtOnceWhatIsThere() {
        byte[] bytes = Contents.random(1000);
        Digest digest = Contents.upload(uploads, bytes);

        Upload again = uploads.open(digest, bytes.length, "bob");

        assertThat(again.state()).isEqualTo(Upload.State.COMPLETE);
        assertThat(again.offset()).isEqualTo(bytes.length);
        assertThat(uploads.complete(again.id())).isEqualTo(uploads.get(again.id()));
    }

    @Test
    void refusesAnotherSizeForWhatIsThere() {
        Digest digest = Contents.upload(uploads, Contents.random(1000));

        var error =
                catchThrowableOfType(
                        RegistryException.SizeMismatch.class,
                        () -> uploads.open(digest, 999, "bob"));

        assertThat(error.actual()).isEqualTo(1000);
    }

    @Test
    void saysWhereToGoOnWhenAChunkBeginsElsewhere() throws IOException {
        byte[] bytes = Contents.random(1000);
        Upload upload = write(uploads.open(Contents.digest(bytes), 1000, "ann"), bytes, 300);

        var error =
                catchThrowableOfType(
                        RegistryException.WrongOffset.class,
                        () -> uploads.write(upload.id(), 0, chunk(bytes, 0, 1000)));

        assertThat(error.offset()).isEqualTo(300);
        assertThat(error.slug()).isEqualTo("wrong-offset");
    }

    @Test
    void keepsWholePartsOfAChunkThatBreaksOff() throws IOException {
        byte[] bytes = Contents.random(20 * MIB);
        Upload upload = uploads.open(Contents.digest(bytes), bytes.length, "ann");
        InputStream breaking =
                new SequenceInputStream(
                        chunk(bytes, 0, 17 * MIB),
                        new InputStream() {
                            @Override
                            public int read() throws IOException {
                                throw new IOException("the client went away");
                            }
                        });

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> uploads.write(upload.id(), 0, breaking))
                .withMessage("the client went away");

        Upload resumed = uploads.get(upload.id());
        assertThat(resumed.offset()).isEqualTo(16 * MIB);
        write(resumed, bytes, 4 * MIB);
        uploads.complete(upload.id());
        assertThat(content(Contents.digest(bytes))).isEqualTo(bytes);
    }

    @Test
    void refusesOtherBytesThanAnnounced() throws IOException {
        byte[] bytes = Contents.random(1000);
        Digest announced = Contents.digest(Contents.random(1000));
        Upload upload = write(uploads.open(announced, 1000, "ann"), bytes, 1000);

        var error =
                catchThrowableOfType(
                        RegistryException.DigestMismatch.class,
                        () -> uploads.complete(upload.id()));

        assertThat(error.actual()).isEqualTo(Contents.digest(bytes));
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> uploads.get(upload.id()));
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> blobs.open(announced));
    }

    @Test
    void refusesFewerOrMoreBytesThanAnnounced() throws IOException {
        byte[] bytes = Contents.random(1001);
        Upload upload =
                write(
                        uploads.open(Contents.digest(Arrays.copyOf(bytes, 1000)), 1000, "ann"),
                        bytes,
                        999);

        var tooFew =
                catchThrowableOfType(
                        RegistryException.SizeMismatch.class, () -> uploads.complete(upload.id()));
        assertThat(tooFew.actual()).isEqualTo(999);

        assertThatExceptionOfType(RegistryException.SizeMismatch.class)
                .isThrownBy(() -> uploads.write(upload.id(), 999, chunk(bytes, 999, 2)));
        assertThat(uploads.complete(upload.id()).state()).isEqualTo(Upload.State.COMPLETE);
    }

    @Test
    void refusesSizesOutOfBounds() {
        Digest digest = Contents.digest(Contents.random(1));
        for (long size : List.of(0L, -1L, 1L << 50)) {
            assertThatExceptionOfType(RegistryException.InvalidArgument.class)
                    .isThrownBy(() -> uploads.open(digest, size, "ann"));
        }
    }

    @Test
    void twoWritersAtOneOffsetCountTheBytesOnce() throws Exception {
        byte[] bytes = Contents.random(9 * MIB);
        Upload upload = uploads.open(Contents.digest(bytes), bytes.length, "ann");
        CyclicBarrier start = new CyclicBarrier(2);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Upload>> writers =
                    List.of(1, 2).stream()
                            .map(
                                    _ ->
                                            threads.submit(
                                                    () -> {
                                                        start.await();
                                                        return uploads.write(
                                                                upload.id(),
                                                                0,
                                                                chunk(bytes, 0, bytes.length));
                                                    }))
                            .toList();
            for (Future<Upload> writer : writers) {
                try {
                    writer.get();
                } catch (java.util.concurrent.ExecutionException lost) {
                    assertThat(lost).hasCauseInstanceOf(RegistryException.WrongOffset.class);
                }
            }
        }
        Upload now = uploads.get(upload.id());
        write(now, bytes, bytes.length - (int) now.offset());
        uploads.complete(upload.id());
        assertThat(content(Contents.digest(bytes))).isEqualTo(bytes);
    }

    @Test
    void manyPushersOfOneContentAllSucceed() throws Exception {
        byte[] bytes = Contents.random(2 * MIB);
        CyclicBarrier start = new CyclicBarrier(8);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Digest>> pushers =
                    java.util.stream.IntStream.range(0, 8)
                            .mapToObj(
                                    _ ->
                                            threads.submit(
                                                    () -> {
                                                        start.await();
                                                        return Contents.upload(uploads, bytes);
                                                    }))
                            .toList();
            for (Future<Digest> pusher : pushers) {
                assertThat(pusher.get()).isEqualTo(Contents.digest(bytes));
            }
        }
        assertThat(content(Contents.digest(bytes))).isEqualTo(bytes);
    }

    @Test
    void handsOutAnUploadThatWasLeftAlone() throws IOException {
        byte[] bytes = Contents.random(1000);
        Digest digest = Contents.digest(bytes);
        Upload left = write(uploads.open(digest, 1000, "ann"), bytes, 400);

        assertThat(uploads.open(digest, 1000, "ann").id()).isNotEqualTo(left.id());
        clock.pass(Duration.ofMinutes(1));

        assertThat(uploads.open(digest, 1000, "bob").id()).isNotEqualTo(left.id());
        Upload found = uploads.open(digest, 1000, "ann");
        assertThat(found.id()).isEqualTo(left.id());
        assertThat(found.offset()).isEqualTo(400);
    }

    @Test
    void forgetsAbandonedUploads() throws IOException {
        byte[] bytes = Contents.random(1000);
        Upload upload = write(uploads.open(Contents.digest(bytes), 1000, "ann"), bytes, 400);
        sweeper.sweep();
        assertThat(uploads.get(upload.id()).offset()).isEqualTo(400);

        clock.pass(Duration.ofHours(25));
        sweeper.sweep();

        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> uploads.write(upload.id(), 400, chunk(bytes, 400, 600)));
    }

    @Test
    void abortsOnRequest() {
        Upload upload = uploads.open(Contents.digest(Contents.random(9)), 9, "ann");
        uploads.abort(upload.id());
        uploads.abort(upload.id());
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> uploads.get(upload.id()));
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> uploads.complete(UUID.randomUUID()));
    }

    @Test
    void takesAContentByAPresignedRequestAndGivesItByOne() throws Exception {
        byte[] bytes = Contents.random(3 * MIB);
        Digest digest = Contents.digest(bytes);
        Upload upload = uploads.open(digest, bytes.length, "ann");
        PresignedUrl put = uploads.presignPut(upload.id(), Duration.ofMinutes(5));

        assertThat(send(put, bytes).statusCode()).isEqualTo(200);
        assertThat(uploads.complete(upload.id()).state()).isEqualTo(Upload.State.COMPLETE);
        assertThat(content(digest)).isEqualTo(bytes);

        // the request still works, but no longer has to do with the content
        send(put, Contents.random(3 * MIB));
        assertThat(content(digest)).isEqualTo(bytes);

        PresignedUrl get = blobs.presignGet(digest, "a \"name\".onnx", Duration.ofMinutes(5));
        HttpResponse<byte[]> got = send(get, null);
        assertThat(got.body()).isEqualTo(bytes);
        assertThat(got.headers().firstValue("content-disposition").orElse(""))
                .isEqualTo("attachment; filename=\"a__name_.onnx\"");
    }

    @Test
    void refusesAPresignedContentWithOtherBytes() throws Exception {
        byte[] bytes = Contents.random(1000);
        Upload upload = uploads.open(Contents.digest(Contents.random(1000)), 1000, "ann");
        PresignedUrl put = uploads.presignPut(upload.id(), Duration.ofMinutes(5));

        assertThatExceptionOfType(RegistryException.SizeMismatch.class)
                .isThrownBy(() -> uploads.complete(upload.id()));
        send(put, bytes);
        assertThatExceptionOfType(RegistryException.DigestMismatch.class)
                .isThrownBy(() -> uploads.complete(upload.id()));
    }

    private Upload write(Upload upload, byte[] bytes, int length) throws IOException {
        int offset = (int) upload.offset();
        Upload after = uploads.write(upload.id(), offset, chunk(bytes, offset, length));
        assertThat(after.offset()).isEqualTo(offset + length);
        return after;
    }

    private static InputStream chunk(byte[] bytes, int offset, int length) {
        return new ByteArrayInputStream(bytes, offset, length);
    }

    private byte[] content(Digest digest) throws IOException {
        try (InputStream in = blobs.open(digest)) {
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

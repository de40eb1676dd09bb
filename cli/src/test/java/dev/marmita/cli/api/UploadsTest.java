package dev.marmita.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.cli.FakePlatform;
import dev.marmita.cli.FakePlatform.Reply;
import dev.marmita.cli.FakePlatform.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadsTest {
    private static final int CHUNK = 1_000;

    @TempDir Path folder;
    private Path file;
    private byte[] content;
    private String digest;
    private FakePlatform platform;
    private Api api;
    private final ByteArrayOutputStream stored = new ByteArrayOutputStream();

    @BeforeEach
    void start() throws IOException {
        content = new byte[3_500];
        new Random(3).nextBytes(content);
        file = Files.write(folder.resolve("model.onnx"), content);
        digest = Digest.of(file, (_, _) -> {});
        platform = new FakePlatform();
        api =
                new Api(
                        new Connection(platform.url(), Optional.empty(), FakePlatform.TOKEN),
                        new Retry(
                                3,
                                java.time.Duration.ofMillis(1),
                                java.time.Duration.ofMillis(5),
                                new Random(1)));
        platform.on("POST /api/v1/uploads", _ -> state(201, "open"))
                .on("GET /api/v1/uploads/u1", _ -> state(200, "open"))
                .on("POST /api/v1/uploads/u1/complete", _ -> complete());
    }

    @AfterEach
    void stop() {
        api.close();
        platform.close();
    }

    @Test
    void computesTheDigestOfTheWholeFile() {
        assertThat(digest).matches("sha256:[0-9a-f]{64}");
    }

    @Test
    void sendsInChunksAndSaysHowFar() throws IOException {
        platform.on("PUT /api/v1/uploads/u1", this::store);
        List<Long> seen = new ArrayList<>();

        boolean sent = new Uploads(api, CHUNK).send(file, digest, (done, _) -> seen.add(done));

        assertThat(sent).isTrue();
        assertThat(stored.toByteArray()).isEqualTo(content);
        assertThat(seen).containsExactly(0L, 1_000L, 2_000L, 3_000L, 3_500L);
        assertThat(
                        platform.requests("POST /api/v1/uploads")
                                .getFirst()
                                .json()
                                .path("digest")
                                .asString())
                .isEqualTo(digest);
    }

    @Test
    void sendsNothingThatIsThere() throws IOException {
        platform.close();
        try (FakePlatform having = new FakePlatform();
                Api other =
                        new Api(
                                new Connection(having.url(), Optional.empty(), FakePlatform.TOKEN),
                                Retry.usual())) {
            having.on(
                    "POST /api/v1/uploads",
                    Reply.json(201, "{'id':'u1','offset':3500,'state':'complete'}"));
            assertThat(new Uploads(other, CHUNK).send(file, digest, (_, _) -> {})).isFalse();
            assertThat(having.requests()).hasSize(1);
        }
    }

    @Test
    void goesOnWhereAnEarlierOneStopped() throws IOException {
        stored.write(content, 0, 1_234);
        platform.on("PUT /api/v1/uploads/u1", this::store);

        new Uploads(api, CHUNK).send(file, digest, (_, _) -> {});

        assertThat(stored.toByteArray()).isEqualTo(content);
        assertThat(platform.requests("PUT /api/v1/uploads/u1").getFirst().query())
                .isEqualTo("offset=1234");
    }

    @Test
    void survivesALostAnswerAndALostChunk() throws IOException {
        // The first chunk is kept and its answer lost; later a chunk is lost and a part of another
        // is kept.
        platform.on("PUT /api/v1/uploads/u1", this::storeAndHangUp)
                .on("PUT /api/v1/uploads/u1", this::store)
                .on("PUT /api/v1/uploads/u1", Reply.hangUp())
                .on("PUT /api/v1/uploads/u1", this::storeHalfAndHangUp)
                .on("PUT /api/v1/uploads/u1", this::store);

        new Uploads(api, CHUNK).send(file, digest, (_, _) -> {});

        assertThat(stored.toByteArray()).isEqualTo(content);
    }

    @Test
    void givesUpWhenTheContentIsRefused() {
        platform.on("PUT /api/v1/uploads/u1", Reply.problem(413, "too-large", "at most 10 bytes"));
        assertThatThrownBy(() -> new Uploads(api, CHUNK).send(file, digest, (_, _) -> {}))
                .isInstanceOf(ApiException.class)
                .hasMessage("at most 10 bytes");
    }

    @Test
    void doesNotGoRoundForEverWhenTheOffsetNeverFits() {
        AtomicInteger puts = new AtomicInteger();
        platform.on(
                "PUT /api/v1/uploads/u1",
                _ -> {
                    puts.incrementAndGet();
                    return Reply.problem(409, "wrong-offset", "stands elsewhere");
                });
        assertThatThrownBy(() -> new Uploads(api, CHUNK).send(file, digest, (_, _) -> {}))
                .isInstanceOf(ApiException.class);
        assertThat(puts.get()).isLessThan(50);
    }

    private Reply store(Request request) {
        int offset = Integer.parseInt(request.query().substring("offset=".length()));
        if (offset != stored.size()) {
            return Reply.problem(409, "wrong-offset", "The upload stands at " + stored.size());
        }
        stored.writeBytes(request.body());
        return state(200, "open");
    }

    private Reply storeAndHangUp(Request request) {
        store(request);
        return Reply.hangUp();
    }

    private Reply storeHalfAndHangUp(Request request) {
        stored.write(request.body(), 0, request.body().length / 2);
        return Reply.hangUp();
    }

    private Reply complete() {
        return stored.size() == content.length
                ? state(200, "complete")
                : Reply.problem(422, "invalid-content", "bytes are missing");
    }

    private Reply state(int status, String state) {
        return Reply.json(
                status,
                "{'id':'u1','size':3500,'offset':%d,'state':'%s'}".formatted(stored.size(), state));
    }
}

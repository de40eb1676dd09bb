package dev.marmita.runner.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What grpc-java makes of the runner: its own framing, flow control, deadlines and health checks. */
@Timeout(60)
@ExtendWith(Subject.Given.class)
class GrpcJavaTest {

    private static final String ROWS =
            "model_name: 'rows' inputs { name: 'x' datatype: 'FP32' shape: [%d,3] }";

    private final Subject subject;
    private final RawGrpc messages;
    private final ManagedChannel channel;

    GrpcJavaTest(Subject subject) {
        this.subject = subject;
        this.messages = subject.grpc();
        this.channel = builder().build();
    }

    private NettyChannelBuilder builder() {
        return NettyChannelBuilder.forAddress("127.0.0.1", subject.runner().port())
                .usePlaintext()
                .maxInboundMessageSize(Subject.MAX_BODY);
    }

    @AfterEach
    void stop() throws InterruptedException {
        assertThat(channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private MethodDescriptor<DynamicMessage, DynamicMessage> method(
            MethodType type, String name, String request, String response) {
        return MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                .setType(type)
                .setFullMethodName(RawGrpc.SERVICE + "/" + name)
                .setRequestMarshaller(ProtoUtils.marshaller(messages.message(request, "")))
                .setResponseMarshaller(ProtoUtils.marshaller(messages.message(response, "")))
                .build();
    }

    private DynamicMessage infer(Channel over, CallOptions options, DynamicMessage request) {
        return ClientCalls.blockingUnaryCall(
                over,
                method(MethodType.UNARY, "ModelInfer", "ModelInferRequest", "ModelInferResponse"),
                options,
                request);
    }

    private DynamicMessage rows(int count, byte[] contents) {
        return messages.raw(ROWS.formatted(count), contents);
    }

    private static ByteString raw(DynamicMessage response) {
        var field = response.getDescriptorForType().findFieldByName("raw_output_contents");
        return (ByteString) response.getRepeatedField(field, 0);
    }

    private ClientCallStreamObserver<DynamicMessage> stream(
            CallOptions options, StreamObserver<DynamicMessage> answers) {
        return (ClientCallStreamObserver<DynamicMessage>)
                ClientCalls.asyncBidiStreamingCall(
                        channel.newCall(
                                method(
                                        MethodType.BIDI_STREAMING,
                                        "ModelStreamInfer",
                                        "ModelInferRequest",
                                        "ModelStreamInferResponse"),
                                options),
                        answers);
    }

    /** Keeps what came, and how it ended. */
    private static final class Answers implements StreamObserver<DynamicMessage> {

        final Queue<String> ids = new ConcurrentLinkedQueue<>();
        final CompletableFuture<Status> end = new CompletableFuture<>();

        @Override
        public void onNext(DynamicMessage answer) {
            var inner = answer.getDescriptorForType().findFieldByName("infer_response");
            DynamicMessage response = (DynamicMessage) answer.getField(inner);
            ids.add(
                    (String)
                            response.getField(
                                    response.getDescriptorForType().findFieldByName("id")));
        }

        @Override
        public void onError(Throwable error) {
            end.complete(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }

    @Test
    void infers() {
        byte[] contents = Subject.floats(1, 2, 3);

        DynamicMessage answer = infer(channel, CallOptions.DEFAULT, rows(1, contents));

        assertThat(raw(answer).toByteArray()).isEqualTo(contents);
    }

    @Test
    void infersLargeTensors() {
        byte[] contents = new byte[1_400_000 * 12];
        contents[contents.length - 1] = 42;

        assertThat(
                        raw(infer(channel, CallOptions.DEFAULT, rows(1_400_000, contents)))
                                .byteAt(contents.length - 1))
                .isEqualTo((byte) 42);
        DynamicMessage tooLarge = rows(1, new byte[Subject.MAX_BODY]);
        assertThat(status(() -> infer(channel, CallOptions.DEFAULT, tooLarge)).getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @ParameterizedTest
    @CsvSource({"gzip", "identity"})
    void takesCompressedMessages(String encoding) {
        AtomicReference<Metadata> headers = new AtomicReference<>();
        byte[] contents = new byte[30_000 * 12];

        DynamicMessage answer =
                infer(
                        ClientInterceptors.intercept(channel, heard(headers)),
                        CallOptions.DEFAULT.withCompression(encoding),
                        rows(30_000, contents));

        assertThat(raw(answer).size()).isEqualTo(contents.length);
        assertThat(header(headers.get(), "grpc-accept-encoding")).contains("gzip");
    }

    private static String header(Metadata headers, String name) {
        return headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }

    private static ClientInterceptor heard(AtomicReference<Metadata> headers) {
        return new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                return new ForwardingClientCall.SimpleForwardingClientCall<>(
                        next.newCall(method, options)) {
                    @Override
                    public void start(Listener<A> listener, Metadata sent) {
                        super.start(
                                new ForwardingClientCallListener
                                        .SimpleForwardingClientCallListener<>(listener) {
                                    @Override
                                    public void onHeaders(Metadata received) {
                                        headers.set(received);
                                        super.onHeaders(received);
                                    }
                                },
                                sent);
                    }
                };
            }
        };
    }

    private static Status status(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
        throw new AssertionError("it was answered");
    }

    @Test
    void readsWhatIsWrong() {
        Status unknown =
                status(
                        () ->
                                infer(
                                        channel,
                                        CallOptions.DEFAULT,
                                        messages.message(
                                                "ModelInferRequest", "model_name: 'ñope'")));
        assertThat(unknown.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(unknown.getDescription()).contains("ñope");
        Status bad = status(() -> infer(channel, CallOptions.DEFAULT, rows(2, new byte[12])));
        assertThat(bad.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(bad.getDescription()).contains("x");
        Status missing =
                status(
                        () ->
                                ClientCalls.blockingUnaryCall(
                                        channel,
                                        method(
                                                MethodType.UNARY,
                                                "TraceSetting",
                                                "ServerLiveRequest",
                                                "ServerLiveResponse"),
                                        CallOptions.DEFAULT,
                                        messages.message("ServerLiveRequest", "")));
        assertThat(missing.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    @Test
    void streamsInOrderAndEnds() {
        Answers answers = new Answers();
        var requests = stream(CallOptions.DEFAULT, answers);
        for (int i = 0; i < 40; i++) {
            requests.onNext(
                    messages.raw(ROWS.formatted(1) + " id: '" + i + "'", Subject.floats(i, i, i)));
        }
        requests.onCompleted();

        assertThat(answers.end.join().getCode()).isEqualTo(Status.Code.OK);
        assertThat(answers.ids).hasSize(40).first().isEqualTo("0");
        assertThat(List.copyOf(answers.ids).getLast()).isEqualTo("39");
    }

    @Test
    void aStreamThatIsCancelledOrTooLateLeavesItsConnectionWhole() {
        Answers late = new Answers();
        stream(CallOptions.DEFAULT.withDeadlineAfter(200, TimeUnit.MILLISECONDS), late);
        Answers answers = new Answers();
        var requests = stream(CallOptions.DEFAULT, answers);
        requests.onNext(messages.raw(ROWS.formatted(1) + " id: 'a'", Subject.floats(1, 1, 1)));
        await().until(() -> answers.ids.contains("a"));

        requests.cancel("enough", null);

        assertThat(answers.end.join().getCode()).isEqualTo(Status.Code.CANCELLED);
        assertThat(late.end.join().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(raw(infer(channel, CallOptions.DEFAULT, rows(1, new byte[12]))).size())
                .isEqualTo(12);
    }

    @Test
    void whatNobodyWaitsForIsNotComputed(@TempDir Path home) throws Exception {
        Path bundle = TestBundle.of(home.resolve("b"), Subject.Two.class, "m");
        Path file = TinyOnnx.slow(home.resolve("m.onnx"), 4_000);
        DynamicMessage request =
                messages.raw(
                        "model_name: 'm' inputs { name: 'x' datatype: 'FP32' shape: [600,600] }",
                        new byte[4 * 600 * 600]);
        TestRunner runner = new TestRunner.Setup(home, bundle).model("m", "m", "1", file).start();
        ManagedChannel slow =
                NettyChannelBuilder.forAddress("127.0.0.1", runner.port()).usePlaintext().build();
        try {
            var cancelled =
                    ClientCalls.futureUnaryCall(
                            slow.newCall(
                                    method(
                                            MethodType.UNARY,
                                            "ModelInfer",
                                            "ModelInferRequest",
                                            "ModelInferResponse"),
                                    CallOptions.DEFAULT),
                            request);
            await().until(() -> told(runner, "marmita_runner_running") == 1);
            cancelled.cancel(true);
            await().until(() -> told(runner, "code=\"499\"") == 1);
            await().until(() -> told(runner, "marmita_runner_running") == 0);

            CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.SECONDS);
            assertThat(status(() -> infer(slow, soon, request)).getCode())
                    .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            await().until(() -> told(runner, "marmita_runner_running") == 0);
        } finally {
            slow.shutdownNow();
            runner.close();
        }
    }

    private static double told(TestRunner runner, String part) throws Exception {
        return runner.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.contains(part) && !line.startsWith("#"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void asksForHealthByName() {
        HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(channel);
        for (String name : List.of("", RawGrpc.SERVICE, "test", "rows")) {
            assertThat(health.check(asked(name)).getStatus()).isEqualTo(ServingStatus.SERVING);
        }
        assertThat(status(() -> health.check(asked("nope"))).getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
        HealthCheckResponse watched = health.watch(asked("nope")).next();
        assertThat(watched.getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    }

    private static HealthCheckRequest asked(String name) {
        return HealthCheckRequest.newBuilder().setService(name).build();
    }

    /** grpc-java watches a name by itself where the channel's configuration says so. */
    @Test
    void balancesByHealth() throws Exception {
        ManagedChannel healthy = checking("rows");
        ManagedChannel unknown = checking("nope");
        try {
            assertThat(
                            raw(infer(
                                            healthy,
                                            CallOptions.DEFAULT,
                                            rows(1, Subject.floats(1, 2, 3))))
                                    .size())
                    .isEqualTo(12);
            Status refused =
                    status(() -> infer(unknown, CallOptions.DEFAULT, rows(1, new byte[12])));
            assertThat(refused.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(refused.getDescription()).contains("SERVICE_UNKNOWN for 'nope'");
        } finally {
            healthy.shutdownNow();
            unknown.shutdownNow();
        }
    }

    private ManagedChannel checking(String name) {
        return builder()
                .defaultServiceConfig(
                        Map.of(
                                "loadBalancingConfig",
                                List.of(Map.of("round_robin", Map.of())),
                                "healthCheckConfig",
                                Map.of("serviceName", name)))
                .build();
    }
}

package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls a service's methods over gRPC, by what reflection tells, with Google's own library. */
@Timeout(60)
class ServiceGrpcTest {

    /** The part of the protocol that is asked here. */
    private static final String REFLECTION =
            """
            name: "reflection.proto" package: "grpc.reflection.v1" syntax: "proto3"
            message_type {
              name: "Request"
              field { name: "file_containing_symbol" number: 4 label: LABEL_OPTIONAL type: TYPE_STRING }
              field { name: "list_services" number: 7 label: LABEL_OPTIONAL type: TYPE_STRING }
            }
            message_type {
              name: "Files"
              field { name: "file_descriptor_proto" number: 1 label: LABEL_REPEATED type: TYPE_BYTES }
            }
            message_type {
              name: "Service"
              field { name: "name" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
            }
            message_type {
              name: "Services"
              field { name: "service" number: 1 label: LABEL_REPEATED type: TYPE_MESSAGE
                      type_name: ".grpc.reflection.v1.Service" }
            }
            message_type {
              name: "Response"
              field { name: "file_descriptor_response" number: 4 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                      type_name: ".grpc.reflection.v1.Files" }
              field { name: "list_services_response" number: 6 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                      type_name: ".grpc.reflection.v1.Services" }
            }
            service {
              name: "ServerReflection"
              method { name: "ServerReflectionInfo" input_type: ".grpc.reflection.v1.Request"
                       output_type: ".grpc.reflection.v1.Response" client_streaming: true
                       server_streaming: true }
            }
            """;

    @TempDir static Path home;
    private static TestRunner runner;
    private static Vertx vertx;
    private static HttpClient client;
    private static ServiceDescriptor service;

    @BeforeAll
    static void start() throws Exception {
        runner =
                new TestRunner.Setup(home, TestBundle.of(home.resolve("b"), RecordService.class))
                        .concurrency(1)
                        .timeoutMillis(5_000)
                        .start();
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        client =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setProtocolVersion(HttpVersion.HTTP_2)
                                .setHttp2ClearTextUpgrade(false)
                                .setDefaultHost("127.0.0.1")
                                .setDefaultPort(runner.port()));
        service = reflected();
    }

    @AfterAll
    static void stop() {
        vertx.close();
        runner.close();
    }

    /** Asks reflection for the service that is none of ours, as grpcurl does. */
    private static ServiceDescriptor reflected() throws Exception {
        FileDescriptorProto.Builder protocol = FileDescriptorProto.newBuilder();
        TextFormat.merge(REFLECTION, protocol);
        FileDescriptor reflection =
                FileDescriptor.buildFrom(protocol.build(), new FileDescriptor[0]);
        MethodDescriptor info =
                reflection.getServices().getFirst().findMethodByName("ServerReflectionInfo");
        Call list = new Call(info);
        list.send("list_services: \"*\"");
        list.close();
        String services = String.valueOf(list.next());
        assertThat(services).contains("inference.GRPCInferenceService");
        String name =
                services.lines()
                        .filter(line -> line.contains("name:"))
                        .map(line -> line.replaceAll(".*\"(.*)\".*", "$1"))
                        .filter(line -> !line.startsWith("grpc.") && !line.startsWith("inference."))
                        .findFirst()
                        .orElseThrow();
        Call describe = new Call(info);
        describe.send("file_containing_symbol: \"" + name + "\"");
        describe.close();
        DynamicMessage answer = describe.next();
        DynamicMessage response =
                (DynamicMessage)
                        answer.getField(
                                info.getOutputType().findFieldByName("file_descriptor_response"));
        ByteString bytes =
                (ByteString)
                        response.getRepeatedField(
                                response.getDescriptorForType()
                                        .findFieldByName("file_descriptor_proto"),
                                0);
        FileDescriptor file =
                FileDescriptor.buildFrom(
                        FileDescriptorProto.parseFrom(bytes), new FileDescriptor[0]);
        return file.findServiceByName(name.substring(name.lastIndexOf('.') + 1));
    }

    /** One call; its end as {@code "<status> <message>"}. */
    private static final class Call {

        private final MethodDescriptor method;
        private final BlockingQueue<DynamicMessage> answers = new LinkedBlockingQueue<>();
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private final CompletableFuture<HttpClientRequest> request = new CompletableFuture<>();
        private Buffer pending = Buffer.buffer();

        Call(MethodDescriptor method) {
            this.method = method;
            String path = "/" + method.getService().getFullName() + "/" + method.getName();
            vertx.runOnContext(ignored -> open(path));
        }

        private void open(String path) {
            client.request(HttpMethod.POST, path)
                    .onSuccess(
                            made -> {
                                made.putHeader("content-type", "application/grpc");
                                made.putHeader("te", "trailers");
                                made.setChunked(true);
                                made.response()
                                        .onSuccess(
                                                response -> {
                                                    response.handler(this::received);
                                                    response.endHandler(
                                                            done ->
                                                                    end.complete(
                                                                            response.getTrailer(
                                                                                            "grpc-status")
                                                                                    + " "
                                                                                    + response
                                                                                            .getTrailer(
                                                                                                    "grpc-message")));
                                                })
                                        .onFailure(end::completeExceptionally);
                                made.writeHead().onComplete(sent -> request.complete(made));
                            });
        }

        private void received(Buffer chunk) {
            pending.appendBuffer(chunk);
            while (pending.length() >= 5 && pending.length() >= 5 + pending.getInt(1)) {
                int size = 5 + pending.getInt(1);
                try {
                    answers.add(
                            DynamicMessage.parseFrom(
                                    method.getOutputType(), pending.getBytes(5, size)));
                } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                    end.completeExceptionally(e);
                }
                pending = pending.getBuffer(size, pending.length());
            }
        }

        void send(String text) throws Exception {
            DynamicMessage.Builder builder = DynamicMessage.newBuilder(method.getInputType());
            TextFormat.merge(text, builder);
            send(builder.build());
        }

        void send(DynamicMessage message) throws Exception {
            send(message.toByteArray());
        }

        void send(byte[] bytes) throws Exception {
            ByteBuffer frame = ByteBuffer.allocate(5 + bytes.length);
            frame.put((byte) 0).putInt(bytes.length).put(bytes);
            request.get(20, TimeUnit.SECONDS).write(Buffer.buffer(frame.array()));
        }

        void close() throws Exception {
            request.get(20, TimeUnit.SECONDS).end();
        }

        DynamicMessage next() throws Exception {
            return answers.poll(20, TimeUnit.SECONDS);
        }

        String status() throws Exception {
            return end.get(20, TimeUnit.SECONDS);
        }
    }

    private static Call call(String method, String... messages) throws Exception {
        Call call = new Call(service.findMethodByName(method));
        for (String message : messages) {
            call.send(message);
        }
        return call;
    }

    private static final String EVERYTHING =
            """
            text: "olá" flag: true small: -7 whole: -2000000000 large: 9000000000000000000
            single: 1.5 wide: -2.25 exact: "12.340" colour: COLOUR_DARK_BLUE day: "2026-11-21"
            file { data: "png" media_type: "image/png" file_name: "a.png" }
            point { x: 3 y_axis: -4 }
            numbers: [1, -2, 300] texts: ["a", ""] points { x: 1 } points { y_axis: 2 }
            grid { value: [0.5, 1.5] } grid { }
            colours: [COLOUR_RED, COLOUR_DARK_BLUE]
            by_name { key: "p" value { x: 5 } }
            lists { key: "l" value { value: ["x", "y"] } }
            perhaps: 0
            """;

    @Test
    void givesBackEveryType() throws Exception {
        Call call = call("Echo", EVERYTHING + "nested {" + EVERYTHING + " maybe: \"\" }");
        call.close();

        assertThat(call.status()).isEqualTo("0 null");
        DynamicMessage answer = call.next();
        DynamicMessage.Builder wanted =
                DynamicMessage.newBuilder(service.findMethodByName("Echo").getInputType());
        TextFormat.merge(EVERYTHING + "nested {" + EVERYTHING + " maybe: \"\" }", wanted);
        assertThat(answer).isEqualTo(wanted.build());
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        Call absent = call("Echo", EVERYTHING.replaceAll("colour: COLOUR_DARK_BLUE", ""));
        absent.close();
        Call refused = call("Echo", EVERYTHING.replace("x: 5", "x: 5000"));
        refused.close();
        Call type = call("Echo", EVERYTHING.replace("image/png", "text/html"));
        type.close();
        Call none = call("Greeting");
        none.close();

        assertThat(absent.status()).isEqualTo("3 field 'colour' is required");
        assertThat(refused.status()).startsWith("3 field 'byName").contains("x is too large");
        assertThat(type.status()).startsWith("3 field 'file' must be image/*");
        assertThat(none.status()).isEqualTo("3 the call has no message");
    }

    @Test
    void streamsToTheCaller() throws Exception {
        Call call = call("Points", "x: 3");
        call.close();

        assertThat(call.status()).isEqualTo("0 null");
        List<String> points = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            points.add(call.next().toString().replaceAll("\\s+", " ").strip());
        }
        assertThat(points).containsExactly("x: 1 y_axis: 1", "x: 2 y_axis: 2", "x: 3 y_axis: 3");
    }

    @Test
    void tellsAFailureAfterTheFirstMessage() throws Exception {
        Call late = call("Points", "x: 1000 y_axis: 1");
        late.close();
        Call early = call("Points", "x: -1");
        early.close();

        assertThat(late.status()).isEqualTo("0 null");
        assertThat(early.status()).startsWith("13 internal error").doesNotContain("secret");
        Call wrong = call("Mirrored", "x: 1 y_axis: 2");
        assertThat(wrong.next().toString()).contains("x: 2");
        wrong.send("x: 2000");
        assertThat(wrong.status()).isEqualTo("3 the request x is too large");
    }

    @Test
    void takesAStream() throws Exception {
        Call call = call("Total", "x: 1", "x: 2", "x: 39");
        call.close();

        assertThat(call.status()).isEqualTo("0 null");
        assertThat(call.next().toString().strip()).isEqualTo("x: 42");
    }

    @Test
    void talksBothWaysWhileOthersAreAnswered() throws Exception {
        Call call = call("Mirrored", "x: 1 y_axis: 2");
        assertThat(call.next().toString()).contains("x: 2").contains("y_axis: 1");

        Call other = call("Greeting", "");
        other.close();
        assertThat(other.next().toString()).contains("value: \"ol");
        call.send("x: 5");
        assertThat(call.next().toString()).contains("y_axis: 5");
        call.close();
        assertThat(call.status()).isEqualTo("0 null");
    }

    @Test
    void wrapsWhatIsNoRecord() throws Exception {
        Call lengths = call("Lengths", "data: \"abcd\" media_type: \"a/b\"");
        lengths.close();
        Call file = call("File", "");
        file.close();

        assertThat(lengths.next().toString().replaceAll("\\s+", " "))
                .contains("value { key: \"a/b\" value: 4 }");
        assertThat(file.next().toString()).contains("data: \"abc\"", "text/plain");
    }

    @Test
    void boundsACallByTheTimeOfARequest() throws Exception {
        Call call = call("Slow", "x: 1");
        call.close();

        assertThat(call.status()).startsWith("4 Not able to process the request in");
        Call other = call("Greeting", "");
        other.close();
        assertThat(other.status()).isEqualTo("0 null");
    }

    @Test
    void answersWhateverBytesCome() throws Exception {
        MethodDescriptor echo = service.findMethodByName("Echo");
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(echo.getInputType());
        TextFormat.merge(EVERYTHING, builder);
        byte[] right = builder.build().toByteArray();
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = Arrays.copyOf(right, 1 + random.nextInt(right.length));
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Call call = new Call(echo);
            call.send(bytes);
            call.close();
            assertThat(call.status()).matches("(0|3) [\\s\\S]*");
        }
        assertThat(runner.log()).doesNotContain("a request failed");
    }

    @Test
    void leavesOutWhatHasNoForm() {
        assertThat(service.findMethodByName("Anything")).isNull();
        assertThat(runner.log())
                .contains("not served over gRPC", "protobuf has no form for Object");
    }

    @Test
    void refusesWhatIsNestedWithoutEnd() throws Exception {
        DynamicMessage message =
                DynamicMessage.getDefaultInstance(service.findMethodByName("Echo").getInputType());
        var nested = message.getDescriptorForType().findFieldByName("nested");
        for (int i = 0; i < 150; i++) {
            message =
                    DynamicMessage.newBuilder(message.getDescriptorForType())
                            .setField(nested, message)
                            .build();
        }
        Call call = call("Echo");
        call.send(message);
        call.close();

        assertThat(call.status()).startsWith("3 ").contains("nested too deeply");
    }
}

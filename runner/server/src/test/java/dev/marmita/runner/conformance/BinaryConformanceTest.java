package dev.marmita.runner.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.runner.conformance.RawHttp.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The binary tensor extension, and content encodings. */
@Timeout(60)
@ExtendWith(Subject.Given.class)
class BinaryConformanceTest {

    private static final String LENGTH = "Inference-Header-Content-Length: ";

    private final RawHttp http;

    BinaryConformanceTest(Subject subject) {
        this.http = subject.http();
    }

    private static String json(String datatype, int elements, int bytes, String more) {
        return "{\"inputs\":[{\"name\":\"x\",\"shape\":["
                + elements
                + "],\"datatype\":\""
                + datatype
                + "\",\"parameters\":{\"binary_data_size\":"
                + bytes
                + "}}]"
                + more
                + "}";
    }

    private static byte[] joined(String json, byte[]... binary) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(json.getBytes(StandardCharsets.UTF_8));
        Arrays.stream(binary).forEach(body::writeBytes);
        return body.toByteArray();
    }

    private Answer infer(String model, String json, byte[]... binary) {
        return http.post(
                "/v2/models/" + model + "/infer",
                joined(json, binary),
                LENGTH + json.length(),
                "Content-Type: application/octet-stream");
    }

    /** Large bodies are read from the socket to where the model reads them: none may land in another's. */
    @ParameterizedTest
    @CsvSource({"false, 1", "false, 100000", "false, 3000000", "true, 100000"})
    void largeTensorsOfOneConnectionStayApart(boolean chunked, int largestPiece) {
        Random random = new Random(7);
        List<byte[]> tensors = new ArrayList<>();
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        for (int elements : new int[] {300_000, 3, 70_000, 1_000}) {
            byte[] tensor = new byte[elements * 4];
            random.nextBytes(tensor);
            tensors.add(tensor);
            String json =
                    json(
                            "INT32",
                            elements,
                            tensor.length,
                            ",\"parameters\":{\"binary_data_output\":true}");
            sent.writeBytes(request(json, joined(json, tensor), chunked));
        }

        List<Answer> answers =
                http.pipeline(tensors.size(), pieces(sent.toByteArray(), largestPiece, random));

        for (int i = 0; i < tensors.size(); i++) {
            Answer answer = answers.get(i);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            int head = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
            byte[] echoed = Arrays.copyOfRange(answer.bytes(), head, answer.bytes().length);
            assertThat(Arrays.equals(echoed, tensors.get(i))).as("tensor %d", i).isTrue();
        }
    }

    private static byte[] request(String json, byte[] body, boolean chunked) {
        String head =
                "POST /v2/models/int32/infer HTTP/1.1\r\nHost: x\r\n"
                        + LENGTH
                        + json.length()
                        + "\r\n";
        return chunked
                ? joined(
                        head
                                + "Transfer-Encoding: chunked\r\n\r\n"
                                + Integer.toHexString(body.length)
                                + "\r\n",
                        body,
                        "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                : joined(head + "Content-Length: " + body.length + "\r\n\r\n", body);
    }

    /** The first bytes one by one, the rest in pieces up to that size. */
    private static List<byte[]> pieces(byte[] whole, int largest, Random random) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        while (from < whole.length) {
            int most = largest == 1 && from > 2_000 ? 50_000 : largest;
            int to = Math.min(whole.length, from + 1 + random.nextInt(most));
            pieces.add(Arrays.copyOfRange(whole, from, to));
            from = to;
        }
        return pieces;
    }

    @ParameterizedTest
    @CsvSource({
        "bool, BOOL, 1",
        "uint8, UINT8, 1",
        "uint16, UINT16, 2",
        "uint32, UINT32, 4",
        "uint64, UINT64, 8",
        "int8, INT8, 1",
        "int16, INT16, 2",
        "int32, INT32, 4",
        "int64, INT64, 8",
        "fp16, FP16, 2",
        "bf16, BF16, 2",
        "fp32, FP32, 4",
        "fp64, FP64, 8"
    })
    void carriesEveryDatatypeRawInBothDirections(String model, String datatype, int size) {
        byte[] values = new byte[3 * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) (model.equals("bool") ? i % 2 : i + 1);
        }

        Answer answer =
                infer(
                        model,
                        json(
                                datatype,
                                3,
                                values.length,
                                ",\"parameters\":{\"binary_data_output\":true}"),
                        values);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("application/octet-stream");
        int head = Integer.parseInt(answer.header("inference-header-content-length"));
        assertThat(new String(answer.bytes(), 0, head, StandardCharsets.UTF_8))
                .endsWith(
                        "\"datatype\":\""
                                + datatype
                                + "\",\"shape\":[3],\"parameters\":{\"binary_data_size\":"
                                + values.length
                                + "}}]}");
        assertThat(Arrays.copyOfRange(answer.bytes(), head, answer.bytes().length))
                .isEqualTo(values);
    }

    @Test
    void carriesStringsAsLengthsAndBytes() {
        ByteBuffer values = ByteBuffer.allocate(4 + 2 + 4 + 4 + 1).order(ByteOrder.LITTLE_ENDIAN);
        values.putInt(2).put((byte) 0xFF).put((byte) 0).putInt(0).putInt(1).put((byte) 'a');

        Answer answer =
                infer(
                        "bytes",
                        json("BYTES", 3, 15, ",\"outputs\":[{\"name\":\"y\"}]"),
                        "\2\0\0\0ab\0\0\0\0\1\0\0\0c".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.text()).contains("\"data\":[\"ab\",\"\",\"c\"]");
        assertThat(values.position()).isEqualTo(15);
    }

    @Test
    void anOutputsOwnChoiceWinsOverTheRequests() {
        String json =
                "{\"parameters\":{\"binary_data_output\":true},"
                        + "\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":4}},"
                        + "{\"name\":\"b\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[2]}],"
                        + "\"outputs\":[{\"name\":\"sum\",\"parameters\":{\"binary_data\":false}},{\"name\":\"difference\"}]}";

        Answer answer = infer("arithmetic", json, Subject.floats(1));

        int head = Integer.parseInt(answer.header("inference-header-content-length"));
        assertThat(new String(answer.bytes(), 0, head, StandardCharsets.UTF_8))
                .contains(
                        "{\"name\":\"sum\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[3.0]}",
                        "{\"name\":\"difference\",\"datatype\":\"FP32\",\"shape\":[1],\"parameters\":{\"binary_data_size\":4}}");
        assertThat(Arrays.copyOfRange(answer.bytes(), head, answer.bytes().length))
                .isEqualTo(Subject.floats(-1));
    }

    @Test
    void takesBinaryInputsInTheOrderInWhichTheyAreListed() {
        String json =
                "{\"inputs\":[{\"name\":\"b\",\"shape\":[1],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":4}},"
                        + "{\"name\":\"a\",\"shape\":[1],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":4}}]}";

        assertThat(infer("arithmetic", json, Subject.floats(1, 5)).text())
                .contains("\"data\":[6.0]", "\"data\":[4.0]");
    }

    @Test
    void answersJsonWhereNoOutputIsBinary() {
        Answer answer = infer("fp32", json("FP32", 1, 4, ""), Subject.floats(1));

        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.header("inference-header-content-length")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1000000", "x", ""})
    void refusesAHeaderLengthBeyondTheBody(String length) {
        Answer answer =
                http.post(
                        "/v2/models/fp32/infer",
                        joined(json("FP32", 1, 4, ""), Subject.floats(1)),
                        LENGTH + length);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("Inference-Header-Content-Length");
    }

    @Test
    void refusesBytesThatBelongToNoInput() {
        Answer answer = infer("fp32", json("FP32", 1, 4, ""), Subject.floats(1, 2));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("unexpected additional input data");
    }

    @Test
    void refusesBytesThatAreMissing() {
        Answer answer = infer("fp32", json("FP32", 2, 8, ""), Subject.floats(1));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("announces 8 bytes, of which 4 are there");
    }

    @Test
    void refusesASizeThatIsNotTheShapes() {
        Answer answer = infer("fp32", json("FP32", 3, 8, ""), Subject.floats(1, 2));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("has 8 bytes, but shape [3] of FP32 takes 12");
    }

    @Test
    void refusesRawBytesWithoutTheHeader() {
        Answer answer =
                http.post(
                        "/v2/models/fp32/infer",
                        joined(json("FP32", 1, 4, ""), Subject.floats(1)),
                        "Content-Type: application/octet-stream");

        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void takesTheWholeBodyAsTheOnlyInputWhereTheHeaderIsNought() {
        Answer answer =
                http.post("/v2/models/rows/infer", Subject.floats(1, 2, 3, 4, 5, 6), LENGTH + "0");

        assertThat(answer.text()).contains("\"shape\":[2,3]");
    }

    private static byte[] zipped(String coding, byte[] bytes) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream out =
                coding.equals("gzip")
                        ? new GZIPOutputStream(zipped)
                        : new DeflaterOutputStream(zipped)) {
            out.write(bytes);
        }
        return zipped.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void takesCompressedJson(String coding) throws IOException {
        byte[] body =
                zipped(
                        coding,
                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[7]}]}"
                                .getBytes(StandardCharsets.UTF_8));

        assertThat(http.post("/v2/models/fp32/infer", body, "Content-Encoding: " + coding).text())
                .contains("\"data\":[7.0]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void theHeaderLengthCountsDecompressedBytes(String coding) throws IOException {
        String json = json("FP32", 2, 8, "");
        Answer answer =
                http.post(
                        "/v2/models/fp32/infer",
                        zipped(coding, joined(json, Subject.floats(7, 8))),
                        "Content-Encoding: " + coding,
                        LENGTH + json.length());

        assertThat(answer.text()).contains("\"data\":[7.0,8.0]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void answersCompressedWhereThatIsAskedFor(String coding) throws IOException {
        String json = json("FP32", 1000, 4000, ",\"parameters\":{\"binary_data_output\":true}");
        byte[] values = Subject.floats(new float[1000]);
        Answer answer =
                http.post(
                        "/v2/models/fp32/infer",
                        joined(json, values),
                        LENGTH + json.length(),
                        "Accept-Encoding: " + coding);

        assertThat(answer.header("content-encoding")).isEqualTo(coding);
        assertThat(answer.bytes().length).isLessThan(1000);
        var in = new ByteArrayInputStream(answer.bytes());
        byte[] plain =
                (coding.equals("gzip") ? new GZIPInputStream(in) : new InflaterInputStream(in))
                        .readAllBytes();
        int head = Integer.parseInt(answer.header("inference-header-content-length"));
        assertThat(Arrays.copyOfRange(plain, head, plain.length)).isEqualTo(values);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "gzip, br"})
    void refusesAnUnknownEncodingAndSaysWhichAreKnown(String coding) {
        Answer answer =
                http.post(
                        "/v2/models/fp32/infer",
                        "{}".getBytes(StandardCharsets.UTF_8),
                        "Content-Encoding: " + coding);

        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.header("accept-encoding")).isEqualTo("gzip, deflate");
        assertThat(answer.text()).startsWith("{\"error\":\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void refusesWhatIsNotCompressedAsItSays(String coding) {
        Answer answer =
                http.post(
                        "/v2/models/fp32/infer",
                        "this is no archive".getBytes(StandardCharsets.UTF_8),
                        "Content-Encoding: " + coding);

        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void passesAPageImageBeyondEightMebibytes() {
        int elements = 3 << 20;
        String json = json("FP32", elements, elements * 4, "");
        byte[] values = new byte[elements * 4];

        Answer answer =
                http.post(
                        "/v2/models/fp32/infer",
                        joined(json + " ".repeat(0), values),
                        LENGTH + json.length(),
                        "Accept-Encoding: gzip");

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void refusesWhatIsLargerThanItsConfiguration() {
        Answer answer =
                http.send(
                        "POST /v2/models/fp32/infer HTTP/1.1\r\nHost: x\r\nContent-Length: "
                                + (Subject.MAX_BODY + 1)
                                + "\r\n\r\n",
                        new byte[0]);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text()).startsWith("{\"error\":\"");
    }
}

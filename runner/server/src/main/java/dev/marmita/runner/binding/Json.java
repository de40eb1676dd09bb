package dev.marmita.runner.binding;

import java.io.OutputStream;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** Bounded parsers and generators of JSON. Thread-safe. */
public final class Json {

    private static final int MAX_DEPTH = 200;
    private static final int MAX_NUMBER = 1_000;
    private static final int MAX_NAME = 10_000;

    private final JsonFactory factory;

    /**
     * @param maxString bound on the characters of one string, which for base64 is the bound on a file
     */
    public Json(int maxString) {
        this.factory =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(MAX_DEPTH)
                                        .maxNumberLength(MAX_NUMBER)
                                        .maxNameLength(MAX_NAME)
                                        .maxStringLength(maxString)
                                        .build())
                        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                        .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                        .build();
    }

    public JsonParser parser(byte[] bytes, int offset, int length) {
        return factory.createParser(ObjectReadContext.empty(), bytes, offset, length);
    }

    public JsonParser parser(String text) {
        return factory.createParser(ObjectReadContext.empty(), text);
    }

    public JsonGenerator generator(OutputStream out) {
        return factory.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8);
    }
}

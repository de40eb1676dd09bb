package dev.marmita.gateway.jwt;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The parts of a signed token (RFC 7515, compact form), read strictly but not believed yet: nothing in it is
 * checked against any key.
 *
 * @param kid empty: none
 * @param signed the bytes that the signature is of
 */
record CompactToken(
        Algorithm algorithm, String kid, JsonNode claims, byte[] signed, byte[] signature) {

    /** A token that nobody needs to look up a key for. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    static final int LONGEST = 16 << 10;

    private static final int LONGEST_KID = 256;

    /** Where a token brings its own key or names extensions, somebody tries something. */
    private static final Set<String> REFUSED =
            Set.of("jwk", "jku", "x5u", "x5c", "crit", "b64", "enc", "zip");

    /** Kinds of token that do not say that their holder may call somebody. */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(16)
                                                    .maxDocumentLength(LONGEST)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /** Whether a text may be such a token at all, at no cost: three parts, of which the first is an object. */
    static boolean looksLikeOne(String text) {
        return text.startsWith("ey") && text.indexOf('.') > 0;
    }

    static CompactToken parse(String text) throws Malformed {
        if (text.length() > LONGEST) {
            throw new Malformed("the token is longer than " + LONGEST + " characters");
        }
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        if (first < 1 || second < 0 || text.indexOf('.', second + 1) >= 0) {
            throw new Malformed("not a signed token of three parts");
        }
        JsonNode header = object(text.substring(0, first));
        for (String name : REFUSED) {
            if (header.has(name)) {
                throw new Malformed("the token's header must not have '" + name + "'");
            }
        }
        Algorithm algorithm = Algorithm.of(text(header, "alg"));
        if (algorithm == null) {
            throw new Malformed("tokens must be signed by RS256, PS256, ES256 or EdDSA");
        }
        String type = text(header, "typ");
        if (!type.isEmpty() && !TYPES.contains(type.toLowerCase(java.util.Locale.ROOT))) {
            throw new Malformed("this kind of token is not for calls");
        }
        String kid = text(header, "kid");
        if (kid.length() > LONGEST_KID) {
            throw new Malformed("the token's key id is too long");
        }
        return new CompactToken(
                algorithm,
                kid,
                object(text.substring(first + 1, second)),
                text.substring(0, second).getBytes(StandardCharsets.ISO_8859_1),
                bytes(text.substring(second + 1)));
    }

    private static JsonNode object(String part) throws Malformed {
        try {
            JsonNode node = JSON.readTree(bytes(part));
            if (node == null || !node.isObject()) {
                throw new Malformed("not a token: no JSON object");
            }
            return node;
        } catch (JacksonException invalid) {
            throw new Malformed("not a token: no proper JSON");
        }
    }

    private static byte[] bytes(String part) throws Malformed {
        try {
            if (part.isEmpty() || part.indexOf('=') >= 0) {
                throw new Malformed("not a token: an empty or padded part");
            }
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException invalid) {
            throw new Malformed("not a token: no base64url");
        }
    }

    /** Empty where there is none. */
    private static String text(JsonNode header, String name) throws Malformed {
        JsonNode value = header.get(name);
        if (value == null) {
            return "";
        }
        if (!value.isString()) {
            throw new Malformed("the token's header '" + name + "' must be a text");
        }
        return value.stringValue();
    }
}

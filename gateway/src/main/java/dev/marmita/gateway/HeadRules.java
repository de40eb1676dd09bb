package dev.marmita.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a request must be before anything is made of it: no two readings of where its body
 * ends or which host it is for (request smuggling), and nothing that could break a header apart.
 */
final class HeadRules {

    private static final List<String> SINGLE =
            List.of("host", "content-length", "transfer-encoding", "authorization", "content-type");

    private HeadRules() {}

    /** @return null where all is well */
    static @Nullable Refusal problem(HttpServerRequest request) {
        HttpMethod method = request.method();
        if (method.equals(HttpMethod.CONNECT) || method.equals(HttpMethod.TRACE)) {
            return Refusal.malformed(405, "the method " + method + " is not served");
        }
        MultiMap headers = request.headers();
        for (String name : SINGLE) {
            if (headers.getAll(name).size() > 1) {
                return Refusal.malformed(400, "the header '" + name + "' must come once");
            }
        }
        HttpVersion version = request.version();
        if (version == HttpVersion.HTTP_1_1 && !headers.contains(HttpHeaders.HOST)) {
            return Refusal.malformed(400, "the header 'host' is missing");
        }
        if (headers.contains(HttpHeaders.HOST) && request.authority() == null) {
            return Refusal.malformed(400, "the header 'host' is not a host name");
        }
        if (version != HttpVersion.HTTP_2) {
            Refusal framing = framing(version, headers);
            if (framing != null) {
                return framing;
            }
        }
        for (Map.Entry<String, String> header : headers) {
            if (hasControl(header.getValue())) {
                return Refusal.malformed(400, "a header holds a control character");
            }
        }
        return null;
    }

    /**
     * Whether the connection ends with the answer: asked for, or HTTP/1.0, where without a length only
     * the end of the connection ends an answer.
     */
    static boolean closes(HttpServerRequest request) {
        HttpVersion version = request.version();
        if (version != HttpVersion.HTTP_1_1) {
            return version == HttpVersion.HTTP_1_0;
        }
        for (String value : request.headers().getAll(HttpHeaders.CONNECTION)) {
            for (String option : value.split(",")) {
                if (option.strip().equalsIgnoreCase("close")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static @Nullable Refusal framing(HttpVersion version, MultiMap headers) {
        String encoding = headers.get(HttpHeaders.TRANSFER_ENCODING);
        if (encoding != null) {
            if (headers.contains(HttpHeaders.CONTENT_LENGTH)) {
                return Refusal.malformed(
                        400, "'content-length' and 'transfer-encoding' must not come together");
            }
            if (version == HttpVersion.HTTP_1_0) {
                return Refusal.malformed(400, "HTTP/1.0 has no 'transfer-encoding'");
            }
            if (!encoding.equalsIgnoreCase("chunked")) {
                return Refusal.malformed(501, "the only 'transfer-encoding' served is 'chunked'");
            }
        }
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        if (length != null && (length.isEmpty() || !length.chars().allMatch(HeadRules::digit))) {
            return Refusal.malformed(400, "'content-length' is not a number");
        }
        return null;
    }

    private static boolean digit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean hasControl(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f) {
                return true;
            }
        }
        return false;
    }
}

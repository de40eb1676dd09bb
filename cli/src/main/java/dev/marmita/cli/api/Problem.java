package dev.marmita.cli.api;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * An error answer: a problem document (RFC 9457) of the platform, or {@code {"error": …}} of an endpoint.
 *
 * @param slug the last part of the problem's type; empty where the answer had none
 * @param fields what is wrong with which field of the request
 */
public record Problem(
        int status, String slug, String detail, List<Field> fields, String requestId) {
    private static final int SHOWN = 600;

    /** One field of the request that was refused. */
    public record Field(String name, String message) {}

    public Problem {
        fields = List.copyOf(fields);
    }

    static Problem of(int status, HttpHeaders headers, byte[] body) {
        String headerId = headers.firstValue("X-Request-Id").orElse("");
        JsonNode node;
        try {
            node = Json.parse(body);
        } catch (JacksonException notJson) {
            String text =
                    new String(body, 0, Math.min(body.length, SHOWN), StandardCharsets.UTF_8)
                            .strip();
            return new Problem(status, "", text, List.of(), headerId);
        }
        String type = Json.text(node, "type");
        String detail = Json.text(node, "detail");
        if (detail.isEmpty()) {
            detail = Json.text(node, "error");
        }
        if (detail.isEmpty()) {
            detail = Json.text(node, "title");
        }
        List<Field> fields =
                Json.items(node.path("errors")).stream()
                        .map(it -> new Field(Json.text(it, "field"), Json.text(it, "message")))
                        .toList();
        String bodyId = Json.text(node, "requestId");
        return new Problem(
                status,
                type.substring(type.lastIndexOf(':') + 1),
                detail,
                fields,
                bodyId.isEmpty() ? headerId : bodyId);
    }
}

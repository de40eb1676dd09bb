package dev.marmita.platform.console;

import dev.marmita.platform.web.BodyProblems;
import dev.marmita.platform.web.ProblemException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads {@code {"token": "…"}}. */
final class SignInBody {

    private static final JsonMapper JSON = JsonMapper.shared();

    private SignInBody() {}

    static String token(byte[] body) {
        JsonNode token;
        try {
            token = JSON.readTree(body).path("token");
        } catch (JacksonException broken) {
            throw BodyProblems.of(broken);
        }
        if (!token.isString() || token.stringValue().isBlank()) {
            throw ProblemException.field("token", "is missing");
        }
        return token.stringValue().strip();
    }
}

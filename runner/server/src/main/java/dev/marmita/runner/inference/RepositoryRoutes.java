package dev.marmita.runner.inference;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.http.Requests;
import dev.marmita.runner.inference.ModelRepository.Entry;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Triton's model repository extension: everything under {@code /v2/repository}. Thread-safe. */
final class RepositoryRoutes {

    private final ModelRepository repository;
    private final Documents documents;

    RepositoryRoutes(ModelRepository repository, Documents documents) {
        this.repository = repository;
        this.documents = documents;
    }

    /**
     * @param parts of the path, the first two being {@code v2} and {@code repository}
     */
    Endpoint find(HttpServerRequest request, String[] parts) {
        if (parts.length == 3 && parts[2].equals("index")) {
            return documents.post(
                    request, "/v2/repository/index", (scope, ignored, body) -> index(body));
        }
        if (parts.length == 5 && parts[2].equals("models")) {
            String name = Documents.decoded(parts[3]);
            switch (parts[4]) {
                case "load":
                    return control(request, name, "load", repository::load);
                case "unload":
                    return control(request, name, "unload", repository::unload);
                default:
            }
        }
        throw Requests.unknown(request);
    }

    private Reply index(ByteBuf body) {
        List<Map<String, Object>> entries =
                repository.index(readyOnly(body)).stream().map(RepositoryRoutes::document).toList();
        return documents.reply(200, entries);
    }

    private static Map<String, Object> document(Entry entry) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", entry.name());
        document.put("version", entry.version());
        document.put("state", entry.state().name());
        document.put("reason", entry.reason());
        return document;
    }

    /** The body, {@code {"ready": true}}, may be missing. */
    private static boolean readyOnly(ByteBuf body) {
        boolean[] ready = {false};
        members(
                body,
                (key, cursor) -> {
                    if (key.equals("ready")) {
                        ready[0] = cursor.bool();
                    } else {
                        cursor.skipValue();
                    }
                });
        return ready[0];
    }

    private Endpoint control(
            HttpServerRequest request, String name, String verb, Consumer<String> action) {
        return documents.post(
                request,
                "/v2/repository/models/{model}/" + verb,
                (scope, ignored, body) -> {
                    requirePlain(body);
                    action.accept(name);
                    // Triton's body is empty, KServe's tells this: clients of the one do not read
                    // it.
                    Map<String, Object> document = new LinkedHashMap<>();
                    document.put("name", name);
                    document.put(verb, true);
                    return documents.reply(200, document);
                });
    }

    /** A model's file and configuration are its version's: nobody gives others here. */
    private static void requirePlain(ByteBuf body) {
        members(
                body,
                (key, cursor) -> {
                    if (key.equals("parameters")) {
                        cursor.members(
                                parameter -> {
                                    ModelRepository.requirePlain(parameter);
                                    cursor.skipValue();
                                });
                    } else {
                        cursor.skipValue();
                    }
                });
    }

    /** Reads the value of one member. */
    private interface Member {
        void read(String key, JsonCursor cursor);
    }

    private static void members(ByteBuf body, Member member) {
        if (!body.isReadable()) {
            return;
        }
        JsonCursor cursor = JsonCursor.over(body);
        cursor.members(key -> member.read(key, cursor));
        cursor.expectEnd();
    }
}

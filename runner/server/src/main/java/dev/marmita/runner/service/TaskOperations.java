package dev.marmita.runner.service;

import static dev.marmita.runner.service.OpenApi.error;
import static dev.marmita.runner.service.OpenApi.failures;
import static dev.marmita.runner.service.OpenApi.ordered;

import dev.marmita.runner.bundle.ApiMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The routes of tasks in {@code /docs.json}. */
final class TaskOperations {

    static final String SCHEMA = "Task";

    private static final List<Object> ID =
            List.of(
                    ordered(
                            "name",
                            "task_id",
                            "in",
                            "query",
                            "required",
                            true,
                            "schema",
                            Map.of("type", "string")));

    private final UnaryOperator<String> ids;

    TaskOperations(UnaryOperator<String> ids) {
        this.ids = ids;
    }

    /**
     * Adds the routes of a method's tasks.
     *
     * @param call the operation of the method itself
     * @param result its response
     */
    void describe(
            ApiMethod method,
            Map<String, Object> call,
            Map<String, Object> result,
            Map<String, Object> paths) {
        String route = method.route();
        Map<String, Object> submit = new LinkedHashMap<>(call);
        submit.put("operationId", ids.apply(route + "/submit"));
        submit.put("summary", "Submits a task: " + called(method));
        submit.put("responses", responses(task("The task was accepted")));
        paths.put(route + "/submit", ordered("post", submit));
        paths.put(
                route + "/status",
                ordered(
                        "get",
                        about(
                                route + "/status",
                                "Tells how a task stands",
                                task("How it stands"))));
        paths.put(
                route + "/get",
                ordered(
                        "get",
                        about(
                                route + "/get",
                                "Gives the answer of a task that has ended",
                                result)));
        paths.put(route + "/retry", either(route + "/retry", "Submits a task once more"));
        paths.put(route + "/cancel", either(route + "/cancel", "Cancels a task"));
    }

    private static String called(ApiMethod method) {
        return method.description().isEmpty() ? method.name() : method.description();
    }

    private Map<String, Object> either(String route, String summary) {
        return ordered(
                "post",
                about(route, summary, task("How it stands")),
                "put",
                about(route, summary, task("How it stands")));
    }

    private Map<String, Object> about(String route, String summary, Map<String, Object> success) {
        Map<String, Object> operation =
                ordered("operationId", ids.apply(route), "summary", summary, "parameters", ID);
        Map<String, Object> responses = responses(success);
        responses.put("404", error("There is no such task at this replica"));
        operation.put("responses", responses);
        return operation;
    }

    private static Map<String, Object> responses(Map<String, Object> success) {
        Map<String, Object> responses = ordered("200", success);
        failures(responses);
        return responses;
    }

    private static Map<String, Object> task(String description) {
        return ordered(
                "description",
                description,
                "content",
                ordered(
                        "application/json",
                        ordered("schema", Map.of("$ref", "#/components/schemas/" + SCHEMA))));
    }

    static Map<String, Object> schema() {
        Map<String, Object> time =
                ordered("type", List.of("string", "null"), "format", "date-time");
        return ordered(
                "type",
                "object",
                "properties",
                ordered(
                        "task_id",
                        Map.of("type", "string"),
                        "status",
                        ordered(
                                "type",
                                "string",
                                "enum",
                                List.of(
                                        "pending",
                                        "in_progress",
                                        "completed",
                                        "failed",
                                        "canceled")),
                        "created_at",
                        time,
                        "executed_at",
                        time),
                "required",
                List.of("task_id", "status"));
    }
}

package dev.marmita.scheduler.spec;

import dev.marmita.routing.GroupName;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Writes a specification, every field spelt out, so that {@link SpecParser} reads an equal one back. */
public final class SpecJson {

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private SpecJson() {}

    /** The JSON document. */
    public static String write(DeploymentSpec spec) {
        return MAPPER.writeValueAsString(tree(spec));
    }

    /** Reads what {@link #write} wrote. */
    public static DeploymentSpec read(String json) {
        return new SpecParser().parseJson(json.getBytes(StandardCharsets.UTF_8));
    }

    /** The JSON document as maps, texts, numbers and booleans, in the order of the documentation. */
    public static Map<String, Object> tree(DeploymentSpec spec) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("service", spec.service().toString());
        TreeMap<String, String> models = new TreeMap<>();
        spec.models().forEach((slot, ref) -> models.put(slot, ref.toString()));
        tree.put("models", models);
        tree.put("mode", spec.mode().text());
        tree.put(
                "resources",
                ordered(
                        "cpu", cores(spec.resources().cpuMillis()),
                        "memory", Quantities.bytesText(spec.resources().memoryBytes())));
        tree.put("nodePool", spec.nodePool());
        tree.put(
                "scaling",
                ordered(
                        "minReplicas", spec.scaling().minReplicas(),
                        "maxReplicas", spec.scaling().maxReplicas(),
                        "targetConcurrency", spec.scaling().targetConcurrency(),
                        "idleTimeout", Quantities.text(spec.scaling().idleTimeout())));
        tree.put(
                "limits",
                ordered(
                        "maxQueue", spec.limits().maxQueue(),
                        "maxBody", Quantities.bytesText(spec.limits().maxBodyBytes()),
                        "requestTimeout", Quantities.text(spec.limits().requestTimeout()),
                        "wakeTimeout", Quantities.text(spec.limits().wakeTimeout())));
        tree.put(
                "access",
                ordered(
                        "anonymous", spec.access().anonymous(),
                        "tokens", spec.access().tokens(),
                        "groups", spec.access().groups().stream().map(GroupName::value).toList()));
        tree.put("env", new TreeMap<>(spec.env()));
        tree.put("secrets", secrets(spec.secrets()));
        tree.put("followLabels", spec.followLabels());
        tree.put("secretsFollow", spec.secretsFollow());
        return tree;
    }

    private static Map<String, Object> secrets(Map<String, SecretTarget> secrets) {
        Map<String, Object> all = new TreeMap<>();
        secrets.forEach(
                (name, target) -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    target.env().ifPresent(env -> one.put("env", env));
                    target.file().ifPresent(file -> one.put("file", file));
                    all.put(name, one);
                });
        return all;
    }

    private static Number cores(int millis) {
        return millis % 1000 == 0
                ? Integer.valueOf(millis / 1000)
                : BigDecimal.valueOf(millis, 3).stripTrailingZeros();
    }

    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}

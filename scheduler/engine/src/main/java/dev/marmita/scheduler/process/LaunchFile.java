package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.spec.Bundle.Artifact;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The runner's instructions: the other half is {@code dev.marmita.runner.LaunchFile}. */
final class LaunchFile {

    static final String HOST = "127.0.0.1";

    private LaunchFile() {}

    /**
     * @param secrets where the runner puts its secrets, which come on its standard input; empty: it has none
     */
    static Map<String, Object> of(
            ReplicaSpec spec,
            ReplicaFolder folder,
            Path bundle,
            Map<String, Path> models,
            Optional<Path> secrets) {
        Map<String, Object> launch = new LinkedHashMap<>();
        launch.put("tenant", spec.endpoint().tenant().value());
        launch.put("deployment", spec.endpoint().deployment().value());
        launch.put("revision", spec.revision());
        launch.put("replica", spec.id());
        launch.put("host", HOST);
        launch.put("port", 0);
        launch.put("portFile", folder.portFile().toString());
        launch.put("failureFile", folder.failureFile().toString());
        launch.put("scratch", folder.scratch().toString());
        Map<String, Object> service = artifact(spec.work().bundle().service());
        service.put("folder", bundle.toString());
        launch.put("bundle", service);
        List<Map<String, Object>> slots = new ArrayList<>();
        spec.work()
                .bundle()
                .models()
                .forEach(
                        (slot, model) -> {
                            Map<String, Object> entry = new LinkedHashMap<>();
                            entry.put("slot", slot);
                            entry.putAll(artifact(model));
                            entry.put("file", String.valueOf(models.get(slot)));
                            slots.add(entry);
                        });
        launch.put("models", slots);
        launch.put("cores", spec.work().resources().cores());
        launch.put("concurrency", spec.work().concurrency());
        launch.put("maxBodyBytes", spec.work().maxBodyBytes());
        launch.put("requestTimeoutMillis", spec.work().requestTimeout().toMillis());
        launch.put("drainMillis", spec.work().drain().toMillis());
        launch.put("modelCache", folder.graphs().toString());
        launch.put("env", env(spec));
        secrets.ifPresent(place -> launch.put("secrets", place.toString()));
        return launch;
    }

    /** On a node of the pool for it models run on the graphics processor, unless the deployment says where. */
    private static Map<String, String> env(ReplicaSpec spec) {
        Map<String, String> env = new LinkedHashMap<>(spec.work().env());
        if (spec.nodePool().equals(Launcher.GPU_POOL)) {
            env.putIfAbsent("MARMITA_DEVICE", "cuda");
        }
        return env;
    }

    private static Map<String, Object> artifact(Artifact artifact) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", artifact.name());
        map.put("version", Long.toString(artifact.version()));
        map.put("digest", artifact.digest());
        return map;
    }
}

package dev.marmita.runner;

import dev.marmita.runner.batching.BatchSettings;
import dev.marmita.runner.batching.JointCalls;
import dev.marmita.runner.bundle.ApiMethod;
import dev.marmita.runner.log.Log;
import dev.marmita.runner.metrics.Metrics;
import dev.marmita.runner.work.CurrentRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sets up the batches of methods that take several requests at once. */
final class JointBatches {

    private JointBatches() {}

    /**
     * By the routes of the methods.
     *
     * @param env of the deployment
     */
    static Map<String, JointCalls> of(
            List<ApiMethod> methods,
            Map<String, String> env,
            CurrentRequest current,
            Metrics metrics,
            Log log) {
        Map<String, JointCalls> all = new HashMap<>();
        for (ApiMethod method : methods) {
            method.joint()
                    .ifPresent(
                            joint ->
                                    all.put(
                                            method.route(),
                                            new JointCalls(
                                                    joint.call()::invoke,
                                                    BatchSettings.ofMethod(
                                                            env, joint.maxSize(), joint.maxDelay()),
                                                    current,
                                                    BatchReports.ofMethod(
                                                            method.route(), metrics, log))));
        }
        return all;
    }
}

package dev.marmita.scheduler;

import dev.marmita.scheduler.compute.ComputeBackend;
import dev.marmita.scheduler.plan.Autoscaler;
import dev.marmita.scheduler.plan.Planner;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** The scheduler's parts, put together. */
public record Engine(Deployments deployments, Scheduler scheduler) {

    /** Where everything is kept. */
    public record Stores(DeploymentStore deployments, LeaseStore lease, UsageStore usage) {}

    /** Times and bounds. */
    public record Settings(
            LoopSettings loop, Planner.Settings planner, Autoscaler.Settings autoscaler) {}

    /**
     * Makes them; nothing runs before {@link Scheduler#start}.
     *
     * @param backend closed with the scheduler
     */
    public static Engine assemble(
            Stores stores,
            ComputeBackend backend,
            Ports ports,
            Settings settings,
            InstantSource clock,
            RandomGenerator random) {
        Timing timing = new Timing(clock, random);
        UsageMeter meter = new UsageMeter(stores.usage(), clock);
        Reconciler reconciler =
                new Reconciler(
                        stores.deployments(),
                        backend,
                        ports,
                        new Planner(settings.planner()),
                        new Autoscaler(settings.autoscaler()),
                        meter,
                        timing);
        Lease lease =
                new Lease(
                        stores.lease(),
                        settings.loop().holder(),
                        settings.loop().leaseTtl(),
                        System::nanoTime);
        Scheduler scheduler =
                new ReconcilingScheduler(
                        stores.deployments(),
                        backend,
                        reconciler,
                        ports,
                        meter,
                        lease,
                        settings.loop(),
                        timing);
        return new Engine(
                new StoredDeployments(
                        stores.deployments(), backend, ports, clock, scheduler::nudge),
                scheduler);
    }
}

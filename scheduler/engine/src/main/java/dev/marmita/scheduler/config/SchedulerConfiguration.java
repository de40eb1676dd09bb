package dev.marmita.scheduler.config;

import dev.marmita.scheduler.BundleResolver;
import dev.marmita.scheduler.Deployments;
import dev.marmita.scheduler.Engine;
import dev.marmita.scheduler.LoadSource;
import dev.marmita.scheduler.LoopSettings;
import dev.marmita.scheduler.Ports;
import dev.marmita.scheduler.RoutePublisher;
import dev.marmita.scheduler.Scheduler;
import dev.marmita.scheduler.SecretUses;
import dev.marmita.scheduler.TenantPolicy;
import dev.marmita.scheduler.Usage;
import dev.marmita.scheduler.compute.ArtifactSource;
import dev.marmita.scheduler.compute.ComputeBackend;
import dev.marmita.scheduler.compute.SecretSource;
import dev.marmita.scheduler.compute.StartListener;
import dev.marmita.scheduler.jpa.JpaStores;
import dev.marmita.scheduler.plan.Autoscaler;
import dev.marmita.scheduler.plan.Planner;
import dev.marmita.scheduler.process.ProcessComputeBackend;
import dev.marmita.scheduler.process.ProcessSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The scheduler as beans: {@link Deployments}, {@link Usage} and {@link Scheduler}. Needs a JPA database
 * whose Flyway history includes this module's migrations, an {@link InstantSource}, and the ports {@link
 * BundleResolver}, {@link ArtifactSource}, {@link RoutePublisher}, {@link LoadSource} and {@link
 * TenantPolicy}; a {@link StartListener} is told of starts and a
 * {@link SecretSource} asked for secrets where there is one. Nothing runs before somebody calls {@link Scheduler#start}; closing the context stops
 * the loop.
 */
@Configuration(proxyBeanMethods = false)
@Import(JpaStores.class)
@EnableConfigurationProperties(SchedulerProperties.class)
public class SchedulerConfiguration {

    // The scheduler closes it.
    @Bean(destroyMethod = "")
    ComputeBackend computeBackend(
            SchedulerProperties properties,
            ArtifactSource artifacts,
            ObjectProvider<StartListener> starts,
            ObjectProvider<SecretSource> secrets) {
        Path javaHome =
                properties.javaHome() != null
                        ? properties.javaHome()
                        : Path.of(System.getProperty("java.home"));
        ProcessSettings.Timing timing = ProcessSettings.Timing.DEFAULT;
        return new ProcessComputeBackend(
                new ProcessSettings(
                        properties.home(),
                        properties.runnerHome(),
                        javaHome,
                        properties.nodePools(),
                        Machine.cpuMillis(properties),
                        Machine.memoryBytes(properties),
                        properties.cache().toBytes(),
                        properties.logSize().toBytes(),
                        properties.confine(),
                        properties.trainAot(),
                        properties.guard(),
                        properties.warmPool().size(),
                        properties.runnerMain(),
                        properties.runnerJvmOptions(),
                        new ProcessSettings.Timing(
                                timing.firstProbe(),
                                timing.probe(),
                                timing.probeTimeout(),
                                timing.unresponsiveAfter(),
                                properties.fetchPatience(),
                                timing.maintenance(),
                                timing.warmRest())),
                artifacts,
                starts.getIfAvailable(() -> StartListener.NONE),
                secrets.getIfAvailable(() -> SecretSource.NONE));
    }

    @Bean
    Ports schedulerPorts(
            BundleResolver resolver,
            RoutePublisher routes,
            LoadSource loads,
            TenantPolicy policy,
            ObjectProvider<SecretSource> secrets) {
        return new Ports(
                resolver, routes, loads, policy, secrets.getIfAvailable(() -> SecretSource.NONE));
    }

    @Bean
    Engine schedulerEngine(
            Engine.Stores stores,
            ComputeBackend backend,
            Ports ports,
            SchedulerProperties properties,
            InstantSource clock) {
        LoopSettings usual = LoopSettings.defaults(Machine.identity(properties.home()));
        LoopSettings loop =
                new LoopSettings(
                        usual.holder(),
                        usual.workers(),
                        properties.leaseTtl(),
                        properties.resync(),
                        usual.republish(),
                        properties.labelPoll(),
                        properties.usageCheckpoint(),
                        properties.stopRunnersOnShutdown(),
                        properties.stopGrace());
        Planner.Settings planner =
                new Planner.Settings(
                        properties.progressDeadline(),
                        properties.drainLimit(),
                        Planner.Settings.DEFAULT.sampleInterval());
        Autoscaler.Settings autoscaler =
                new Autoscaler.Settings(
                        Autoscaler.Settings.DEFAULT.stableWindow(),
                        Autoscaler.Settings.DEFAULT.panicWindow(),
                        Autoscaler.Settings.DEFAULT.panicThreshold(),
                        properties.scaleDownDelay());
        return Engine.assemble(
                stores,
                backend,
                ports,
                new Engine.Settings(loop, planner, autoscaler),
                clock,
                new SecureRandom());
    }

    @Bean
    Deployments deployments(Engine engine) {
        return engine.deployments();
    }

    @Bean(destroyMethod = "close")
    Scheduler scheduler(Engine engine) {
        return engine.scheduler();
    }

    @Bean
    SecretUses secretUses(Engine.Stores stores) {
        return stores.deployments()::secretUses;
    }

    @Bean
    Usage usage(Engine.Stores stores) {
        return stores.usage();
    }
}

package dev.marmita.scheduler.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Load;
import dev.marmita.routing.Route;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.BundleResolver;
import dev.marmita.scheduler.Database;
import dev.marmita.scheduler.Deployments;
import dev.marmita.scheduler.LoadSource;
import dev.marmita.scheduler.RoutePublisher;
import dev.marmita.scheduler.Scheduler;
import dev.marmita.scheduler.TenantPolicy;
import dev.marmita.scheduler.Usage;
import dev.marmita.scheduler.compute.ArtifactSource;
import dev.marmita.scheduler.spec.ArtifactRef;
import dev.marmita.scheduler.spec.Bundle.Artifact;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class SchedulerConfigurationTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(SchedulerConfiguration.class)
    static class Platform {

        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }

        @Bean
        ArtifactSource artifacts() {
            return digest -> {
                throw new ArtifactSource.ArtifactMissingException(digest);
            };
        }

        @Bean
        TenantPolicy policy() {
            return (_, _, _) -> List.of();
        }

        @Bean
        BundleResolver resolver() {
            return new BundleResolver() {
                @Override
                public Optional<ServiceVersion> service(TenantId tenant, ArtifactRef ref) {
                    return Optional.empty();
                }

                @Override
                public Optional<Artifact> model(TenantId tenant, ArtifactRef ref) {
                    return Optional.empty();
                }
            };
        }

        @Bean
        RoutePublisher routes() {
            return new RoutePublisher() {
                @Override
                public void publish(Route route) {}

                @Override
                public void remove(EndpointId endpoint) {}
            };
        }

        @Bean
        LoadSource loads() {
            return new LoadSource() {
                @Override
                public Load load(EndpointId endpoint) {
                    return new Load(endpoint, 0, 0, Long.MAX_VALUE);
                }

                @Override
                public boolean settled(EndpointId endpoint, long routeGeneration) {
                    return true;
                }
            };
        }
    }

    @TempDir Path folder;

    @Test
    void wiresTheSchedulerFromItsPorts() {
        try (ConfigurableApplicationContext context = start()) {
            assertThat(
                            context.getBean(Deployments.class)
                                    .list(new TenantId("nobody"), 10, Optional.empty())
                                    .items())
                    .isEmpty();
            assertThat(context.getBean(Usage.class)).isNotNull();
            Scheduler scheduler = context.getBean(Scheduler.class);
            assertThat(scheduler.leads()).isFalse();
            assertThat(scheduler.report().cpuMillis())
                    .isEqualTo(Runtime.getRuntime().availableProcessors() * 4000);
            assertThat(scheduler.report().memoryBytes()).isGreaterThan(100L << 20);
            assertThat(scheduler.report().isolation()).isNotEmpty();
            assertThat(folder.resolve("home/scheduler-id")).isNotEmptyFile();
        }
    }

    @Test
    void refusesSettingsItDoesNotKnow() {
        assertThatThrownBy(() -> start("marmita.scheduler.colour=blue"))
                .hasStackTraceContaining("marmita.scheduler.colour");
    }

    @Test
    void refusesSettingsOutOfBounds() {
        assertThatThrownBy(() -> start("marmita.scheduler.resync=0s"))
                .hasStackTraceContaining("times must be above zero");
    }

    @Test
    void refusesAnIsolationItDoesNotKnow() {
        assertThatThrownBy(() -> start("marmita.scheduler.isolation=perfect"))
                .hasStackTraceContaining("marmita.scheduler.isolation")
                .hasStackTraceContaining("perfect");
    }

    @Test
    void refusesUsersThatAreNoRange() {
        assertThatThrownBy(() -> start("marmita.scheduler.runner-users=0-70000"))
                .hasStackTraceContaining("runner-users");
    }

    private ConfigurableApplicationContext start(String... more) {
        String[] properties = new String[more.length + 2];
        properties[0] = "marmita.scheduler.home=" + folder.resolve("home");
        properties[1] = "marmita.scheduler.runner-home=" + folder.resolve("runner");
        System.arraycopy(more, 0, properties, 2, more.length);
        return Database.application(Platform.class, properties);
    }
}

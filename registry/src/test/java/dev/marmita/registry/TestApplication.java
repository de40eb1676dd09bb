package dev.marmita.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

/** The registry as a platform would have it. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(RegistryConfiguration.class)
public class TestApplication {

    public static ConfigurableApplicationContext start(Map<String, Object> properties) {
        return new SpringApplicationBuilder(TestApplication.class)
                .web(WebApplicationType.NONE)
                .properties(
                        Map.of(
                                "spring.jpa.hibernate.ddl-auto", "validate",
                                "spring.jpa.open-in-view", "false",
                                "spring.main.banner-mode", "off"))
                .properties(properties)
                .registerShutdownHook(false)
                .run();
    }

    @Bean
    TestClock clock() {
        return new TestClock();
    }

    @Bean
    Usage usage() {
        return new Usage();
    }

    @Bean
    Moves moves() {
        return new Moves();
    }

    /** Real time, and as much more as a test wants to have passed. */
    public static final class TestClock implements InstantSource {
        private volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }

        public void pass(Duration time) {
            ahead = ahead.plus(time);
        }
    }

    /** What is deployed, by a test's word. */
    public static final class Usage implements UsageGuard {
        private final Map<Digest, String> users = new ConcurrentHashMap<>();

        public void add(Digest digest, String user) {
            users.put(digest, user);
        }

        @Override
        public Optional<String> usedBy(Digest digest) {
            return Optional.ofNullable(users.get(digest));
        }
    }

    /** What application listeners were told. */
    public static final class Moves {
        private final Collection<LabelMove> seen = new CopyOnWriteArrayList<>();

        @EventListener
        public void moved(LabelMove move) {
            seen.add(move);
        }

        public List<LabelMove> of(String name) {
            return seen.stream().filter(move -> move.name().equals(name)).toList();
        }
    }
}

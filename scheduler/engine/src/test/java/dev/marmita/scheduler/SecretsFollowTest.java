package dev.marmita.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.marmita.scheduler.DeploymentException.Code;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a new value of a secret does to the deployments that use it. */
class SecretsFollowTest {

    private static final String SPEC =
            "{service: documents, models: {detector: det:latest}, secrets: {key: {env: KEY}}%s}";
    private static final Duration LONG = Duration.ofSeconds(20);

    private final EngineWorld world = new EngineWorld();
    private Engine engine;

    @BeforeEach
    void start() {
        engine = world.start(new FakeBackend(), true);
        world.secrets.put("key", 1L);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aSecretThatIsNotThereIsNamed() {
        world.secrets.clear();
        assertThatThrownBy(() -> put(""))
                .isInstanceOfSatisfying(
                        DeploymentException.class,
                        e -> assertThat(e.code()).isEqualTo(Code.INVALID))
                .hasMessageContaining("secrets.key: the tenant has no secret 'key'");
    }

    @Test
    void aNewValueMakesARevisionOnceAndAnotherPlaceForItToo() {
        put("");
        world.secrets.put("key", 2L);
        engine.scheduler().labelsMoved();
        awaitRevision(2);
        Revision revision = engine.deployments().revision(world.endpoint, 2);
        assertThat(revision.cause()).isEqualTo(Revision.Cause.SECRETS);
        assertThat(revision.bundle().secrets()).isEqualTo(Map.of("key", 2L));
        assertThat(engine.deployments().diff(world.endpoint, 1, 2))
                .containsExactly(
                        new Revision.Change("resolved.secrets.key", "version 1", "version 2"));
        assertThat(put("").newRevision()).isFalse();
        assertThat(
                        world.put(engine, SPEC.formatted("").replace("env: KEY", "file: key.pem"))
                                .newRevision())
                .isTrue();
        awaitRevision(3);
    }

    @Test
    void whoDoesNotFollowSecretsStaysAlsoWhenALabelMoves() {
        put(", secretsFollow: false");
        world.secrets.put("key", 2L);
        world.registry.labels.put("det:latest", 2L);
        engine.scheduler().labelsMoved();
        awaitRevision(2);
        Revision revision = engine.deployments().revision(world.endpoint, 2);
        assertThat(revision.cause()).isEqualTo(Revision.Cause.LABELS);
        assertThat(revision.bundle().secrets()).isEqualTo(Map.of("key", 1L));
    }

    @Test
    void whoFollowsSecretsAloneKeepsItsModels() {
        put(", followLabels: false");
        world.registry.labels.put("det:latest", 2L);
        world.secrets.put("key", 2L);
        engine.scheduler().labelsMoved();
        awaitRevision(2);
        Revision revision = engine.deployments().revision(world.endpoint, 2);
        assertThat(revision.cause()).isEqualTo(Revision.Cause.SECRETS);
        assertThat(revision.bundle().models().get("detector").version()).isEqualTo(1);
    }

    @Test
    void aRollBackHasTheValueOfNowAndUsesAreKnown() {
        put("");
        world.secrets.put("key", 2L);
        engine.scheduler().labelsMoved();
        awaitRevision(2);
        engine.deployments().rollback(world.endpoint, 1, OptionalLong.empty(), "ana");
        assertThat(engine.deployments().revision(world.endpoint, 3).bundle().secrets())
                .isEqualTo(Map.of("key", 2L));
        List<SecretUse> uses = Database.stores().deployments().secretUses(Optional.empty());
        assertThat(uses).contains(new SecretUse(world.endpoint, "key", 2));
    }

    private Deployments.PutResult put(String more) {
        return world.put(engine, SPEC.formatted(more));
    }

    private void awaitRevision(long number) {
        await().atMost(LONG)
                .until(
                        () ->
                                engine.deployments().get(world.endpoint).orElseThrow().revision()
                                        == number);
    }
}

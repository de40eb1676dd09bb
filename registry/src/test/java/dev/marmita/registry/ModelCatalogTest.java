package dev.marmita.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.marmita.registry.blob.RegistrySweeper;
import dev.marmita.registry.onnx.Models;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Backends.Extension.class)
final class ModelCatalogTest {

    private final ModelCatalog models;
    private final Uploads uploads;
    private final Blobs blobs;
    private final RegistrySweeper sweeper;
    private final TestApplication.TestClock clock;
    private final TestApplication.Usage usage;
    private final TestApplication.Moves moves;
    private final String name = "m-" + UUID.randomUUID();

    ModelCatalogTest(Backends backends) {
        this.models = backends.bean(ModelCatalog.class);
        this.uploads = backends.bean(Uploads.class);
        this.blobs = backends.bean(Blobs.class);
        this.sweeper = backends.bean(RegistrySweeper.class);
        this.clock = backends.bean(TestApplication.TestClock.class);
        this.usage = backends.bean(TestApplication.Usage.class);
        this.moves = backends.bean(TestApplication.Moves.class);
    }

    private Digest uploaded(String marker) {
        return Contents.upload(uploads, Models.addition(name + marker));
    }

    /** Another version, of a content that was looked at before: that takes its time. */
    private ModelVersion push(String marker) {
        Digest digest = Contents.upload(uploads, Models.addition("shared"));
        return models.publish(name, draft(digest, marker), "ann").version();
    }

    private static VersionDraft draft(Digest digest, String marker) {
        return new VersionDraft(digest, Map.of("marker", marker), Map.of(), Map.of(), Set.of());
    }

    @Test
    void makesVersionsOfRealModels() throws IOException {
        byte[] bytes = Models.recogniser();
        Digest digest = Contents.upload(uploads, bytes);

        Published<ModelVersion> published =
                models.publish(
                        name,
                        new VersionDraft(
                                digest,
                                Map.of("accuracy", "0.93"),
                                Map.of("team", "docs"),
                                Map.of("git.commit", "0badcafe"),
                                Set.of("production")),
                        "ann");

        ModelVersion version = published.version();
        assertThat(published.created()).isTrue();
        assertThat(version.ref()).hasToString(name + "@1");
        assertThat(version.digest()).isEqualTo(digest);
        assertThat(version.size()).isEqualTo(bytes.length);
        assertThat(version.description().signature().inputs())
                .extracting(TensorSpec::name)
                .containsExactly("x");
        assertThat(version.description().metadata()).containsKey("character");
        assertThat(version.labels()).containsExactly("latest", "production");
        assertThat(version.createdBy()).isEqualTo("ann");
        assertThat(models.version(name, 1)).isEqualTo(version);
        assertThat(models.resolve(ArtifactRef.parse(name))).isEqualTo(version);
        assertThat(models.resolve(ArtifactRef.parse(name + ":production"))).isEqualTo(version);
        assertThat(models.resolve(ArtifactRef.parse(name + "@1"))).isEqualTo(version);
        try (InputStream in = blobs.open(version.digest())) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void refusesWhatIsNoModel() {
        Digest digest = Contents.upload(uploads, "no model".getBytes());
        assertThatExceptionOfType(RegistryException.InvalidArtifact.class)
                .isThrownBy(() -> models.publish(name, VersionDraft.of(digest), "ann"));
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> models.get(name));
    }

    @Test
    void refusesAContentThatIsNotUploaded() {
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(
                        () ->
                                models.publish(
                                        name,
                                        VersionDraft.of(Contents.digest(Contents.random(9))),
                                        "ann"));
    }

    @Test
    void answersARepeatedPushWithTheVersionThatItMade() {
        ModelVersion first = push("a");

        Published<ModelVersion> again =
                models.publish(
                        name,
                        new VersionDraft(
                                first.digest(),
                                Map.of("marker", "a"),
                                Map.of("seen", "twice"),
                                Map.of(),
                                Set.of("production")),
                        "bob");

        assertThat(again.created()).isFalse();
        assertThat(again.version().version()).isEqualTo(1);
        assertThat(again.version().tags()).containsExactly(entry("seen", "twice"));
        assertThat(again.version().labels()).containsExactly("latest", "production");
        assertThat(again.version().createdBy()).isEqualTo("ann");

        Published<ModelVersion> other =
                models.publish(
                        name,
                        new VersionDraft(
                                first.digest(), Map.of("epoch", "9"), Map.of(), Map.of(), Set.of()),
                        "bob");
        assertThat(other.created()).isTrue();
        assertThat(other.version().version()).isEqualTo(2);
    }

    @Test
    void movesLatestByItselfAndKeepsTheHistoryOfEveryLabel() {
        push("a");
        push("b");
        models.moveLabel(name, "production", 1, OptionalInt.empty(), "ann");
        models.moveLabel(name, "production", 2, OptionalInt.of(1), "bob");
        models.removeLabel(name, "production", 2, "eve");

        assertThat(models.labels(name)).containsExactly(entry("latest", 2));
        assertThat(history("latest")).containsExactly("1>2 ann", "->1 ann");
        assertThat(history("production")).containsExactly("2>- eve", "1>2 bob", "->1 ann");
        assertThat(moves.of(name))
                .extracting(ModelCatalogTest::shown)
                .containsExactly("->1 ann", "1>2 ann", "->1 ann", "1>2 bob", "2>- eve");
        LabelMove first = moves.of(name).getFirst();
        assertThat(models.movesSince(first.id(), 1000))
                .filteredOn(move -> move.name().equals(name))
                .extracting(ModelCatalogTest::shown)
                .containsExactly("1>2 ann", "->1 ann", "1>2 bob", "2>- eve");
    }

    private List<String> history(String label) {
        return models.labelHistory(name, label, PageRequest.first(50)).items().stream()
                .map(ModelCatalogTest::shown)
                .toList();
    }

    private static String shown(LabelMove move) {
        return shown(move.from()) + ">" + shown(move.to()) + " " + move.actor();
    }

    private static String shown(OptionalInt version) {
        return version.isPresent() ? "" + version.getAsInt() : "-";
    }

    @Test
    void movesALabelOnlyFromWhereTheCallerExpectsIt() {
        push("a");
        push("b");
        models.moveLabel(name, "production", 1, OptionalInt.empty(), "ann");

        var conflict =
                catchThrowableOfType(
                        RegistryException.LabelConflict.class,
                        () -> models.moveLabel(name, "production", 2, OptionalInt.empty(), "bob"));
        assertThat(conflict.actual()).hasValue(1);
        assertThat(conflict.slug()).isEqualTo("label-conflict");
        var unset =
                catchThrowableOfType(
                        RegistryException.LabelConflict.class,
                        () -> models.moveLabel(name, "staging", 2, OptionalInt.of(1), "bob"));
        assertThat(unset.actual()).isEmpty();
        assertThatExceptionOfType(RegistryException.LabelConflict.class)
                .isThrownBy(() -> models.removeLabel(name, "production", 2, "bob"));
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(
                        () -> models.moveLabel(name, "production", 3, OptionalInt.of(1), "bob"));
        assertThatExceptionOfType(RegistryException.InvalidArgument.class)
                .isThrownBy(() -> models.moveLabel(name, "latest", 1, OptionalInt.of(2), "bob"));
        assertThatExceptionOfType(RegistryException.InvalidArgument.class)
                .isThrownBy(() -> models.removeLabel(name, "latest", 2, "bob"));

        LabelMove same = models.moveLabel(name, "production", 1, OptionalInt.of(1), "bob");
        assertThat(shown(same)).isEqualTo("->1 ann");
        assertThat(history("production")).hasSize(1);
    }

    @Test
    void oneOfSixteenMoversWins() throws Exception {
        for (int i = 0; i < 17; i++) {
            push("v" + i);
        }
        models.moveLabel(name, "production", 17, OptionalInt.empty(), "ann");
        CyclicBarrier start = new CyclicBarrier(16);
        List<Integer> winners = new ArrayList<>();
        List<RegistryException.LabelConflict> losers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<LabelMove>> movers =
                    IntStream.rangeClosed(1, 16)
                            .mapToObj(
                                    version ->
                                            threads.submit(
                                                    () -> {
                                                        start.await();
                                                        return models.moveLabel(
                                                                name,
                                                                "production",
                                                                version,
                                                                OptionalInt.of(17),
                                                                "racer");
                                                    }))
                            .toList();
            for (Future<LabelMove> mover : movers) {
                try {
                    winners.add(mover.get().to().getAsInt());
                } catch (ExecutionException lost) {
                    losers.add((RegistryException.LabelConflict) lost.getCause());
                }
            }
        }
        assertThat(winners).hasSize(1);
        assertThat(losers)
                .hasSize(15)
                .allSatisfy(loser -> assertThat(loser.actual()).hasValue(winners.getFirst()));
        assertThat(models.labels(name)).containsEntry("production", winners.getFirst());
        assertThat(history("production")).hasSize(2);
    }

    @Test
    void givesConcurrentPushesNumbersOfTheirOwn() throws Exception {
        Digest digest = Contents.upload(uploads, Models.addition("shared"));
        List<VersionDraft> drafts =
                IntStream.range(0, 6).mapToObj(i -> draft(digest, "c" + i)).toList();
        CyclicBarrier start = new CyclicBarrier(drafts.size());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Published<ModelVersion>>> pushes =
                    drafts.stream()
                            .map(
                                    draft ->
                                            threads.submit(
                                                    () -> {
                                                        start.await();
                                                        return models.publish(name, draft, "ann");
                                                    }))
                            .toList();
            List<Integer> numbers = new ArrayList<>();
            for (Future<Published<ModelVersion>> push : pushes) {
                numbers.add(push.get().version().version());
            }
            assertThat(numbers).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6);
        }
        assertThat(models.get(name).latestVersion()).hasValue(6);
    }

    @Test
    void listsPageByPageWithFilters() {
        String prefix = "list-" + UUID.randomUUID().toString().substring(0, 8);
        for (String suffix : List.of("a", "b", "c", "d", "e")) {
            models.create(
                    prefix + "-" + suffix,
                    new ArtifactDraft(
                            "Lists_100% of " + suffix.toUpperCase(), Map.of("letter", suffix)),
                    "ann");
        }
        models.publish(
                prefix + "-d",
                new VersionDraft(
                        uploaded("d"), Map.of(), Map.of("gpu", "no"), Map.of(), Set.of("staging")),
                "ann");

        assertThat(names(text(prefix), 2))
                .containsExactly(
                        List.of(prefix + "-a", prefix + "-b"),
                        List.of(prefix + "-c", prefix + "-d"),
                        List.of(prefix + "-e"));
        assertThat(names(text("lists_100% of c"), 50)).containsExactly(List.of(prefix + "-c"));
        ArtifactQuery labelled =
                new ArtifactQuery(Optional.of(prefix), Optional.of("staging"), Map.of());
        assertThat(names(labelled, 50)).containsExactly(List.of(prefix + "-d"));
        ArtifactQuery ofName =
                new ArtifactQuery(Optional.of(prefix), Optional.empty(), Map.of("letter", "b"));
        assertThat(names(ofName, 50)).containsExactly(List.of(prefix + "-b"));
        ArtifactQuery ofVersion =
                new ArtifactQuery(Optional.of(prefix), Optional.empty(), Map.of("gpu", "no"));
        assertThat(names(ofVersion, 50)).containsExactly(List.of(prefix + "-d"));
        Artifact found = models.list(labelled, PageRequest.first(1)).items().getFirst();
        assertThat(found).isEqualTo(models.get(prefix + "-d"));
        assertThat(found.labels()).containsOnly(entry("latest", 1), entry("staging", 1));
    }

    private static ArtifactQuery text(String text) {
        return new ArtifactQuery(Optional.of(text), Optional.empty(), Map.of());
    }

    private List<List<String>> names(ArtifactQuery query, int size) {
        List<List<String>> pages = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            Page<Artifact> page = models.list(query, new PageRequest(size, token));
            pages.add(page.items().stream().map(Artifact::name).toList());
            token = page.nextPageToken();
        } while (token.isPresent());
        return pages;
    }

    @Test
    void listsVersionsTheNewestFirst() {
        push("a");
        push("b");
        push("c");
        Page<ModelVersion> first = models.versions(name, PageRequest.first(2));
        Page<ModelVersion> rest = models.versions(name, new PageRequest(2, first.nextPageToken()));
        assertThat(first.items()).extracting(ModelVersion::version).containsExactly(3, 2);
        assertThat(first.items().getFirst().labels()).containsExactly("latest");
        assertThat(rest.items()).extracting(ModelVersion::version).containsExactly(1);
        assertThat(rest.nextPageToken()).isEmpty();
        for (String token :
                List.of("x", "not base64!", "MTphYmM", "MTo5OTk5OTk5OTk5OTk5OTk5OTk5OQ")) {
            assertThatExceptionOfType(RegistryException.InvalidArgument.class)
                    .isThrownBy(() -> models.versions(name, new PageRequest(2, Optional.of(token))))
                    .satisfies(error -> assertThat(error.field()).isEqualTo("pageToken"));
        }
    }

    @Test
    void createsAndChangesNames() {
        Artifact created = models.create(name, new ArtifactDraft("Adds.", Map.of("a", "1")), "ann");
        assertThat(created.latestVersion()).isEmpty();
        assertThatExceptionOfType(RegistryException.AlreadyExists.class)
                .isThrownBy(() -> models.create(name, ArtifactDraft.EMPTY, "bob"));
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> models.resolve(ArtifactRef.parse(name)))
                .withMessageContaining("no version yet");

        Artifact changed =
                models.update(name, new ArtifactDraft("Adds up.", Map.of("b", "2")), "bob");
        assertThat(changed.description()).isEqualTo("Adds up.");
        assertThat(changed.tags()).containsExactly(entry("b", "2"));
        assertThat(changed.createdBy()).isEqualTo("ann");

        push("a");
        assertThat(models.tag(name, 1, Map.of("x.y/z", "ö"), "ann").tags()).hasSize(1);
    }

    @Test
    void refusesToDeleteWhatIsLabelledOrUsed() {
        ModelVersion first = push("a");
        ModelVersion second =
                models.publish(name, VersionDraft.of(uploaded("used")), "ann").version();
        push("c");
        models.moveLabel(name, "production", 1, OptionalInt.empty(), "ann");
        usage.add(second.digest(), "deployment acme/receipts");

        assertThatExceptionOfType(RegistryException.InUse.class)
                .isThrownBy(() -> models.deleteVersion(name, 1, "ann"))
                .withMessageContaining("production");
        assertThatExceptionOfType(RegistryException.InUse.class)
                .isThrownBy(() -> models.deleteVersion(name, 2, "ann"))
                .withMessageContaining("acme/receipts");
        assertThatExceptionOfType(RegistryException.InUse.class)
                .isThrownBy(() -> models.delete(name, "ann"));

        models.deleteVersion(name, 3, "ann");
        assertThat(models.labels(name)).containsEntry("latest", 2);
        assertThat(models.version(name, 1)).isEqualTo(models.version(name, first.version()));
        assertThat(push("d").version()).isEqualTo(4);
    }

    @Test
    void neverGivesANumberTwice() {
        push("a");
        push("b");
        models.delete(name, "ann");

        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> models.get(name));
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> models.version(name, 1));
        assertThat(push("c").version()).isEqualTo(3);
        assertThat(history("latest")).containsExactly("->3 ann", "2>- ann", "1>2 ann", "->1 ann");
    }

    @Test
    void sweepsContentsThatNoVersionHas() {
        Digest kept =
                models.publish(name, VersionDraft.of(uploaded("kept")), "ann").version().digest();
        Digest pinned = uploaded("pinned");
        usage.add(pinned, "revision 3 of acme/receipts");
        Digest stray = uploaded("stray");

        sweeper.sweep();
        assertThat(blobs.size(stray)).isPositive();
        clock.pass(Duration.ofHours(25));
        Digest young = uploaded("young");
        sweeper.sweep();

        assertThat(blobs.size(kept)).isPositive();
        assertThat(blobs.size(pinned)).isPositive();
        assertThat(blobs.size(young)).isPositive();
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> blobs.open(stray));
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> models.publish(name, VersionDraft.of(stray), "ann"));

        // the object goes later than its row, and a new push of the content does not mind
        assertThat(uploaded("stray")).isEqualTo(stray);
        clock.pass(Duration.ofHours(2));
        sweeper.sweep();
        assertThat(models.publish(name, VersionDraft.of(stray), "ann").created()).isTrue();
    }

    @Test
    void refusesArgumentsThatAreNoNames() {
        for (String bad : List.of("", "Upper", "-a", "a-", "a_b", "a".repeat(64), "a/b", "ä")) {
            assertThatExceptionOfType(RegistryException.InvalidArgument.class)
                    .isThrownBy(() -> models.create(bad, ArtifactDraft.EMPTY, "ann"));
            assertThatExceptionOfType(RegistryException.InvalidArgument.class)
                    .isThrownBy(() -> models.moveLabel(name, bad, 1, OptionalInt.empty(), "ann"));
        }
        assertThatExceptionOfType(RegistryException.InvalidArgument.class)
                .isThrownBy(() -> models.create(name, ArtifactDraft.EMPTY, " "));
        assertThatExceptionOfType(RegistryException.InvalidArgument.class)
                .isThrownBy(() -> new ArtifactDraft("a\0b", Map.of()));
        assertThatExceptionOfType(RegistryException.InvalidArgument.class)
                .isThrownBy(() -> new ArtifactDraft("", Map.of("a", "\ud800")));
    }
}

package dev.marmita.runner.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.runner.testing.TestBundle;
import dev.marmita.service.Api;
import dev.marmita.service.Content;
import dev.marmita.service.Model;
import dev.marmita.service.RequestContext;
import dev.marmita.service.ServiceContext;
import dev.marmita.service.Slot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {

    @TempDir Path home;

    public record Out(String text) {}

    /** Fits its manifest. */
    public static final class Fine {
        public Fine(@Slot("a") Model a, @Slot("b") Optional<Model> b, ServiceContext context) {}

        @Api
        public Out out() {
            return new Out(String.valueOf(getClass().getClassLoader()));
        }
    }

    public static final class NoApi {
        public Out out() {
            return new Out("");
        }
    }

    public static final class TwoConstructors {
        public TwoConstructors() {}

        public TwoConstructors(ServiceContext context) {}
    }

    public static final class StrangeParameter {
        public StrangeParameter(String text) {}
    }

    public static final class UnknownSlot {
        public UnknownSlot(@Slot("other") Model model) {}
    }

    public static final class PlainModelForOptional {
        public PlainModelForOptional(@Slot("b") Model model) {}
    }

    public abstract static class Abstract {}

    public static final class SameRoutes {
        @Api(route = "/x")
        public Out one() {
            return new Out("");
        }

        @Api(route = "/x")
        public Out two() {
            return new Out("");
        }
    }

    public static final class TakenRoute {
        @Api(route = "/v2/mine")
        public Out one() {
            return new Out("");
        }
    }

    public static final class TwoArguments {
        @Api
        public Out one(Out a, Out b) {
            return a;
        }
    }

    public static final class ReturnsNumber {
        @Api
        public int one() {
            return 1;
        }
    }

    public static final class ReturnsThread {
        @Api
        public List<Thread> one() {
            return List.of();
        }
    }

    public static final class StreamAsTask {
        @Api(task = true)
        public Stream<Out> one() {
            return Stream.of();
        }
    }

    @SuppressWarnings("rawtypes")
    public static final class StreamOfWhat {
        @Api
        public Out one(Stream stream) {
            return new Out("");
        }
    }

    public static final class JointOfNoList {
        @Api(batchable = true)
        public List<Out> one(Out out) {
            return List.of(out);
        }
    }

    public static final class JointWithOneRequest {
        @Api(batchable = true)
        public List<Out> one(List<Out> outs, RequestContext request) {
            return outs;
        }
    }

    public static final class JointOfOneResult {
        @Api(batchable = true)
        public Out one(List<Out> outs) {
            return outs.getFirst();
        }
    }

    public static final class JointOfStreams {
        @Api(batchable = true)
        public List<Stream<Out>> one(List<Out> outs) {
            return List.of();
        }
    }

    public static final class JointOfNumbers {
        @Api(batchable = true)
        public List<Out> one(List<Integer> numbers) {
            return List.of();
        }
    }

    public static final class JointTooLarge {
        @Api(batchable = true, maxBatchSize = 5_000)
        public List<Out> one(List<Out> outs) {
            return outs;
        }
    }

    public static final class BoundsOfNothing {
        @Api(maxBatchSize = 5)
        public Out one(Out out) {
            return out;
        }
    }

    public static final class RouteOfATask {
        @Api(task = true)
        public Out one() {
            return new Out("");
        }

        @Api(route = "/one/get")
        public Out two() {
            return new Out("");
        }
    }

    public static final class Hidden {
        @Api
        Out one() {
            return new Out("");
        }
    }

    public static final class ConstructorFails {
        public ConstructorFails() {
            throw new IllegalStateException("no dictionary");
        }

        @Api
        public Out one() {
            return new Out("");
        }
    }

    private static final String SLOTS =
            "models: {a: {}, b: {optional: true, description: second}}\n";

    private ServiceBundle open(Class<?> service) throws BundleInvalidException {
        return ServiceBundle.open(
                TestBundle.withManifest(
                        home.resolve("b"),
                        service,
                        "name: test\nclass: " + service.getName() + "\n" + SLOTS));
    }

    @Test
    void loadsTheServiceByItselfWithTheApiShared() throws Exception {
        try (ServiceBundle bundle = open(Fine.class)) {
            assertThat(bundle.serviceClass()).isNotEqualTo(Fine.class);
            ServiceFactory factory = new ServiceFactory(bundle);
            factory.checkBindings(List.of("a"));
            factory.checkBindings(List.of("b", "a"));
            assertThat(ApiMethods.of(bundle.serviceClass()))
                    .singleElement()
                    .satisfies(found -> assertThat(found.route()).isEqualTo("/out"));
            ClassLoader classes = bundle.classLoader();
            assertThat(classes.loadClass("dev.marmita.service.Content")).isEqualTo(Content.class);
            assertThat(classes.loadClass("java.sql.Date")).isNotNull();
            for (String hidden :
                    List.of(
                            "io.vertx.core.Vertx",
                            "ai.onnxruntime.OrtSession",
                            "dev.marmita.runner.Runner")) {
                assertThatThrownBy(() -> classes.loadClass(hidden))
                        .isInstanceOf(ClassNotFoundException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "NoApi| has no method with @Api",
                "TwoConstructors| must have exactly one constructor, not 2",
                "StrangeParameter| 'String text' cannot be given",
                "UnknownSlot| names slot 'other', which service.yaml does not declare",
                "PlainModelForOptional| must be an Optional<Model>, for slot 'b' is optional",
                "Abstract| must not be abstract",
                "SameRoutes| both have route /x",
                "TakenRoute| route '/v2/mine' of method one cannot be served",
                "TwoArguments| must take one record",
                "ReturnsNumber| must return a record",
                "ReturnsThread| java.lang.Thread is not supported",
                "StreamAsTask| one must not be a task, for it takes or returns a Stream",
                "StreamOfWhat| one must say of what its Stream is",
                "JointOfNoList| one is batchable: it must take a List of records",
                "JointWithOneRequest| after it at most a List<RequestContext>",
                "JointOfOneResult| one is batchable: it must return a List, one result for every",
                "JointOfStreams| no Stream",
                "JointOfNumbers| where it is batchable, a List of records or Contents",
                "JointTooLarge| must have a maxBatchSize from 1 to 1024",
                "BoundsOfNothing| has a bound on batches, but not batchable = true",
                "RouteOfATask| methods one and two both have route /one/get",
                "Hidden| must be public",
            })
    void saysWhatIsWrongWithAClass(String name, String message) throws Exception {
        Class<?> type = Class.forName(getClass().getName() + "$" + name);

        assertThatThrownBy(
                        () -> {
                            try (ServiceBundle bundle = open(type)) {
                                new ServiceFactory(bundle);
                                ApiMethods.of(bundle.serviceClass());
                            }
                        })
                .isInstanceOf(BundleInvalidException.class)
                .hasMessageContaining(message);
    }

    @Test
    void saysWhatIsWrongWithBindings() throws Exception {
        try (ServiceBundle bundle = open(Fine.class)) {
            ServiceFactory factory = new ServiceFactory(bundle);
            assertThatThrownBy(() -> factory.checkBindings(List.of("b")))
                    .hasMessage("slot 'a' of service test has no model");
            assertThatThrownBy(() -> factory.checkBindings(List.of("a", "c")))
                    .hasMessageContaining(
                            "slot 'c', which service test does not have; it has [a, b]");
            assertThatThrownBy(() -> factory.checkBindings(List.of("a", "a")))
                    .hasMessageContaining("bound twice");
        }
    }

    @Test
    void saysWhyAConstructorFailed() throws Exception {
        try (ServiceBundle bundle = open(ConstructorFails.class)) {
            ServiceFactory factory = new ServiceFactory(bundle);
            assertThatThrownBy(() -> factory.create(Map.of(), null))
                    .isInstanceOf(BundleInvalidException.class)
                    .hasMessageContaining(
                            "constructor failed: java.lang.IllegalStateException: no dictionary");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name: Bad Name\\nclass: x.Y| name must be",
                "class: x.Y| name is missing",
                "name: n| class is missing",
                "name: n\\nclass: x.Y\\ncolour: red| unknown key 'colour'",
                "name: n\\nclass: x.Y\\nmodels: {a: {kind: onnx}}| unknown key 'models.a.kind'",
                "name: n\\nclass: x.Y\\nmodels: [a]| models must be a map",
                "name: n\\nclass: x.Y\\nmodels: {a: {optional: maybe}}| must be true or false",
                "name: n\\nclass: 7| class must be a string",
                "- a list| not a YAML map",
                "name: [| not a YAML map",
                "``| not a YAML map",
            })
    void saysWhatIsWrongWithAManifest(String yaml, String message) {
        assertThatThrownBy(
                        () ->
                                Manifest.parse(
                                        yaml.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(BundleInvalidException.class)
                .hasMessageContaining("service.yaml")
                .hasMessageContaining(message);
    }

    @Test
    void readsAManifest() throws Exception {
        Manifest manifest =
                Manifest.parse(
                        "name: n\nclass: x.Y\nmodels:\n  a:\n  b: {optional: true, description: two}\n"
                                .getBytes(StandardCharsets.UTF_8));

        assertThat(manifest.slots())
                .isEqualTo(
                        Map.of(
                                "a",
                                new Manifest.Slot("", false),
                                "b",
                                new Manifest.Slot("two", true)));
    }

    @Test
    void unpacksAnArchive() throws Exception {
        Path zip = zip("service.yaml", "lib/a.jar");

        BundleArchive.unpack(zip, home.resolve("out"));

        assertThat(home.resolve("out/lib/a.jar")).hasContent("lib/a.jar");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "/etc/evil", "a/../../evil", "a\\b", "a/../b"})
    void refusesNamesThatLeaveTheFolder(String name) throws Exception {
        Path zip = zip(name);

        assertThatThrownBy(() -> BundleArchive.unpack(zip, home.resolve("out/in")))
                .isInstanceOf(BundleInvalidException.class)
                .hasMessageContaining("an entry with the name");
        assertThat(home.resolve("evil")).doesNotExist();
    }

    @Test
    void refusesAnArchiveWithTooManyEntriesOrThatIsNone() throws Exception {
        String[] names = new String[2_001];
        for (int i = 0; i < names.length; i++) {
            names[i] = "f" + i;
        }
        Path zip = zip(names);
        Path text = Files.writeString(home.resolve("no.zip"), "no zip");

        assertThatThrownBy(() -> BundleArchive.unpack(zip, home.resolve("out")))
                .hasMessageContaining("more than 2000 entries");
        assertThatThrownBy(() -> BundleArchive.unpack(text, home.resolve("out")))
                .isInstanceOf(BundleInvalidException.class)
                .hasMessageContaining("no zip file");
    }

    private Path zip(String... names) throws Exception {
        Path file = home.resolve("bundle.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(name.getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }
}

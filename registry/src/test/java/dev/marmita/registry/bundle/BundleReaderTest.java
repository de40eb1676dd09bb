package dev.marmita.registry.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.marmita.registry.RegistryException.InvalidArtifact;
import dev.marmita.registry.ServiceManifest;
import dev.marmita.registry.ServiceManifest.ModelSlot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BundleReaderTest {

    @TempDir Path folder;
    private Path scratch;

    @BeforeEach
    void makeScratch() throws IOException {
        scratch = Files.createDirectory(folder.resolve("scratch"));
    }

    @AfterEach
    void scratchIsLeftEmpty() throws IOException {
        try (var files = Files.list(scratch)) {
            assertThat(files).isEmpty();
        }
    }

    private ServiceManifest read(byte[] zip) throws IOException {
        return BundleReader.read(Files.write(folder.resolve("bundle.zip"), zip), scratch);
    }

    private void assertRefused(byte[] zip, String why) {
        assertThatExceptionOfType(InvalidArtifact.class)
                .isThrownBy(() -> read(zip))
                .withMessageContaining(why)
                .satisfies(
                        error ->
                                assertThat(error)
                                        .hasMessageNotContaining("dev.marmita.registry")
                                        .hasMessageNotContaining(folder.toString()));
    }

    @Test
    void readsAManifest() throws IOException {
        assertThat(read(Bundles.valid("documents")))
                .isEqualTo(
                        new ServiceManifest(
                                "documents",
                                "com.acme.Service",
                                "Reads.",
                                Map.of(
                                        "detector", new ModelSlot("text detector", true),
                                        "recogniser", new ModelSlot("", false))));
    }

    @Test
    void readsAManifestWithoutModels() throws IOException {
        byte[] zip =
                Bundles.zip(
                        entry("service.yaml", "name: a\nclass: com.acme.Service".getBytes()),
                        entry("lib/", new byte[0]),
                        entry("lib/a.jar", Bundles.jar()));
        assertThat(read(zip).slots()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.jar",
                "lib/../../evil.jar",
                "/etc/evil.jar",
                "lib\\evil.jar",
                "C:/evil.jar",
                "lib//evil.jar",
                "./lib/evil.jar",
                "lib/e\u0000vil.jar",
                "lib/e\nvil.jar"
            })
    void refusesNamesThatLeadElsewhere(String name) throws IOException {
        assertRefused(
                Bundles.zip(
                        entry("service.yaml", Bundles.manifest("a")),
                        entry("lib/a.jar", Bundles.jar()),
                        entry(name, Bundles.jar())),
                "entry '");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"readme.txt", "lib/native.so", "lib/sub/a.jar", "a.jar", "models/x.onnx"})
    void refusesWhatABundleDoesNotHave(String name) throws IOException {
        assertRefused(
                Bundles.zip(
                        entry("service.yaml", Bundles.manifest("a")),
                        entry("lib/a.jar", Bundles.jar()),
                        entry(name, new byte[9])),
                "a bundle is service.yaml and lib/*.jar");
    }

    @Test
    void refusesNamesThatAreThereTwice() throws IOException {
        byte[] zip =
                Bundles.zip(
                        entry("service.yaml", Bundles.manifest("a")),
                        entry("lib/a.jar", Bundles.jar()),
                        entry("lib/A.jar", Bundles.jar()));
        assertRefused(zip, "is there twice");
        assertRefused(Bundles.replaced(zip, "lib/A.jar", "lib/a.jar"), "is there twice");
    }

    @Test
    void refusesAnEntryThatTheDirectoryCallsOtherwise() throws IOException {
        byte[] zip =
                Bundles.zip(
                        entry("service.yaml", Bundles.manifest("a")),
                        entry("lib/a.jar", Bundles.jar()),
                        entry("lib/b.jar", Bundles.jar()));
        byte[] name = "lib/b.jar".getBytes(StandardCharsets.US_ASCII);
        int at = Bundles.find(zip, name, 0);
        zip[at] = '.';
        zip[at + 1] = '.';
        zip[at + 2] = '/';
        assertRefused(zip, "entry '..//b.jar'");
    }

    @Test
    void refusesLinks() throws IOException {
        byte[] zip =
                Bundles.zip(
                        entry("service.yaml", Bundles.manifest("a")),
                        entry("lib/a.jar", "/etc/passwd".getBytes()));
        int header = Bundles.lastHeader(zip, "lib/a.jar");
        ByteBuffer.wrap(zip)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(header + 5, (byte) 3)
                .putInt(header + 38, 0120777 << 16);
        assertRefused(zip, "is a link");
    }

    @Test
    void refusesBombs() throws IOException {
        assertRefused(Bundles.bomb(600L << 20), "more than 512 MiB when unpacked");
    }

    @Test
    void refusesTooManyEntries() throws IOException {
        assertRefused(Bundles.crowd(2_001), "more than 2000 entries");
    }

    @Test
    void refusesTruncatedFilesAndGarbage() throws IOException {
        byte[] zip = Bundles.valid("a");
        for (int length : List.of(0, 1, 21, 22, zip.length / 2, zip.length - 1)) {
            assertRefused(Arrays.copyOf(zip, length), "zip");
        }
        assertRefused(new byte[5000], "not a zip file");
        byte[] damaged = zip.clone();
        Arrays.fill(damaged, 60, zip.length / 2, (byte) 0x5A);
        assertRefused(damaged, "");
    }

    @Test
    void refusesABundleWithoutItsParts() throws IOException {
        assertRefused(Bundles.zip(entry("lib/a.jar", Bundles.jar())), "no service.yaml");
        assertRefused(Bundles.zip(entry("service.yaml", Bundles.manifest("a"))), "no jar in lib/");
        assertRefused(
                Bundles.zip(
                        entry("service.yaml", "name: a\nclass: com.acme.Other".getBytes()),
                        entry("lib/a.jar", Bundles.jar())),
                "class com.acme.Other is in no jar of lib/");
        assertRefused(
                Bundles.zip(
                        entry("service.yaml", Bundles.manifest("a")),
                        entry("lib/a.jar", "no jar".getBytes())),
                "a jar in lib/ is broken");
        assertRefused(
                Bundles.zip(
                        entry("service.yaml", Bundles.manifest("a")),
                        entry("lib/a.jar", Bundles.jar()),
                        entry("lib/b.jar", Bundles.jar("dev/marmita/service/Api.class"))),
                "service-api, which the runner provides");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "class: com.acme.Service|'name' is missing",
                "name: a|'class' is missing",
                "name: Not_A_Name\\nclass: com.acme.Service|a name is 1 to 63",
                "name: a\\nclass: ../../x|class is no class name",
                "name: a\\nclass: com.acme.Service\\nmodel: {}|unknown key 'model'",
                "name: a\\nclass: com.acme.Service\\nmodels: {x: {optinal: true}}|unknown key 'optinal'",
                "name: a\\nclass: com.acme.Service\\nmodels: {x: {padding: {i: {axes: 1}}}}|unknown key 'axes'",
                "name: a\\nclass: com.acme.Service\\nmodels: {X: {}}|models: a name is 1 to 63",
                "name: a\\nclass: com.acme.Service\\nmodels: [x]|models: a value of the wrong kind",
                "name: a\\nname: b\\nclass: com.acme.Service|no YAML",
                "name: a\\nclass: com.acme.Service\\nmodels: {x: {}, x: {}}|no YAML",
                "name: [[[[[[[[[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]]]]]]]]]|service.yaml",
                "name: 'unterminated|no YAML",
                "[]|wrong kind",
                "\"\"|service.yaml",
            })
    void refusesManifests(String yaml, String why) throws IOException {
        assertRefused(
                Bundles.zip(
                        entry("service.yaml", yaml.replace("\\n", "\n").getBytes()),
                        entry("lib/a.jar", Bundles.jar())),
                why);
    }

    @Test
    void refusesALongManifest() throws IOException {
        assertRefused(
                Bundles.zip(
                        entry("service.yaml", ("# " + "x".repeat(70_000)).getBytes()),
                        entry("lib/a.jar", Bundles.jar())),
                "service.yaml has more than 64 KiB");
    }
}

package dev.marmita.scheduler.process;

import static dev.marmita.scheduler.process.RunnerWorld.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.scheduler.compute.Failure.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleFoldersTest {

    @TempDir Path folder;
    private BundleFolders bundles;

    @BeforeEach
    void open() throws IOException {
        bundles = new BundleFolders(folder.resolve("cache"), Set::of);
        bundles.open();
    }

    @Test
    void unpacksOnce() throws Exception {
        byte[] zip =
                RunnerWorld.zip(
                        entries("lib/a.jar", new byte[100], "words/keys.txt", bytes("a\nb")));

        Path unpacked = unpack(zip);

        assertThat(unpacked.resolve("service.yaml")).hasContent("name: x");
        assertThat(unpacked.resolve("lib/a.jar")).hasSize(100);
        assertThat(unpacked.resolve("words/keys.txt")).hasContent("a\nb");
        assertThat(unpack(zip)).isEqualTo(unpacked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.jar",
                "lib/../../evil.jar",
                "/etc/evil",
                "lib\\..\\evil.jar",
                "C:/evil",
                "lib/./a.jar",
                "..",
                "lib/\u0000a"
            })
    void refusesNamesThatLeadElsewhere(String name) throws Exception {
        assertRefused(RunnerWorld.zip(entries(name, bytes("x"))), "leads elsewhere");
    }

    static Stream<Arguments> broken() throws IOException {
        Map<String, byte[]> many = entries();
        for (int i = 0; i < 2_000; i++) {
            many.put("lib/" + i + ".jar", new byte[0]);
        }
        Map<String, byte[]> noManifest = new LinkedHashMap<>();
        noManifest.put("lib/a.jar", new byte[1]);
        return Stream.of(
                Arguments.of(RunnerWorld.zip(many), "more than 2000 entries"),
                Arguments.of(RunnerWorld.zip(noManifest), "no service.yaml"),
                Arguments.of(
                        RunnerWorld.zip(
                                entries("LIB/a.jar", new byte[1], "lib/A.jar", new byte[1])),
                        "two entries"),
                Arguments.of(RunnerWorld.zip(Map.of("service.yaml", new byte[65 << 10])), "64 KiB"),
                Arguments.of(bytes("this is no zip at all, not even a bit of one"), "not a zip"),
                Arguments.of(new byte[0], "not a zip"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("broken")
    void refusesWhatBreaksTheRules(byte[] zip, String why) throws Exception {
        assertRefused(zip, why);
    }

    @Test
    void refusesAZipBombBeforeItFillsTheDisk() throws Exception {
        // 600 MiB of zeros in some 600 KiB, over several entries.
        Map<String, byte[]> entries = entries();
        byte[] zeros = new byte[60 << 20];
        for (int i = 0; i < 10; i++) {
            entries.put("lib/" + i + ".jar", zeros);
        }

        byte[] zip = RunnerWorld.zip(entries);

        assertThat(zip.length).isLessThan(1 << 20);
        assertRefused(zip, "512 MiB");
    }

    @Test
    void countsWhatComesOutAndNotWhatTheArchiveSays() throws Exception {
        byte[] zip = RunnerWorld.zip(Map.of("service.yaml", new byte[200 << 10]));
        // The directory says: 10 bytes.
        ByteBuffer buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(find(buffer, 0x02014b50) + 24, 10);

        assertThatThrownBy(() -> unpack(zip)).isInstanceOf(ReplicaException.class);
        assertNothingLeft();
    }

    @Test
    void refusesLinks() throws Exception {
        byte[] zip = RunnerWorld.zip(entries("lib/a.jar", bytes("/etc/passwd")));
        ByteBuffer buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(find(buffer, 0x02014b50) + 38, 0xA1FF << 16);

        assertRefused(zip, "a link");
    }

    private static int find(ByteBuffer buffer, int signature) {
        int at = 0;
        while (buffer.getInt(at) != signature) {
            at++;
        }
        return at;
    }

    private void assertRefused(byte[] zip, String why) throws IOException {
        assertThatThrownBy(() -> unpack(zip))
                .isInstanceOfSatisfying(
                        ReplicaException.class,
                        e -> {
                            assertThat(e.failure().reason()).isEqualTo(Reason.BUNDLE_INVALID);
                            assertThat(e.failure().message()).contains(why);
                        });
        assertNothingLeft();
    }

    private void assertNothingLeft() {
        assertThat(folder.resolve("cache/bundles")).isEmptyDirectory();
        assertThat(folder.resolve("cache/unpacking")).isEmptyDirectory();
    }

    private Path unpack(byte[] zip) throws Exception {
        Path archive = Files.write(folder.resolve("archive"), zip);
        return bundles.folder(RunnerWorld.digest(zip), archive);
    }

    private static Map<String, byte[]> entries(Object... pairs) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("service.yaml", bytes("name: x"));
        for (int i = 0; i < pairs.length; i += 2) {
            entries.put((String) pairs[i], (byte[]) pairs[i + 1]);
        }
        return entries;
    }
}

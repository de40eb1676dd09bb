package dev.marmita.scheduler.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCachesTest {

    @TempDir Path folder;

    @Test
    void removesTheOldestOverTheBound() throws IOException {
        Path old = write("acme/a", 1);
        Path middle = write("globex/b", 2);
        Path young = write("acme/c", 3);

        new ModelCaches(folder, 250).trim();

        assertThat(old).doesNotExist();
        assertThat(middle).exists();
        assertThat(young).exists();
    }

    @Test
    void doesNotMindThatThereIsNone() {
        new ModelCaches(folder.resolve("none"), 1).trim();

        assertThat(folder.resolve("none")).doesNotExist();
    }

    private Path write(String name, long second) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[100]);
        return Files.setLastModifiedTime(file, FileTime.fromMillis(second * 1000));
    }
}

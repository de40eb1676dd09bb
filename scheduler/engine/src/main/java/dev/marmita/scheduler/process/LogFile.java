package dev.marmita.scheduler.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What a runner writes. The runner holds the file open and appends, so that it needs nobody to read its
 * output; hence rotation copies the content away and cuts the file.
 */
record LogFile(Path file) {

    private static final int LONGEST_TAIL = 4 << 20;

    private Path older() {
        return file.resolveSibling(file.getFileName() + ".1");
    }

    /** Lines written between copy and cut are lost: a few, when a runner writes very fast. */
    void rotate(long maxBytes) throws IOException {
        if (!Files.exists(file) || Files.size(file) < maxBytes) {
            return;
        }
        Files.copy(file, older(), StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel log = FileChannel.open(file, StandardOpenOption.WRITE)) {
            log.truncate(0);
        }
    }

    /** The last lines, oldest first; empty where there is no log. */
    List<String> tail(int lines) {
        String newest = end(file);
        List<String> all = newest.lines().toList();
        if (all.size() < lines && newest.length() < LONGEST_TAIL) {
            all = (end(older()) + newest).lines().toList();
        }
        return all.subList(Math.max(0, all.size() - lines), all.size());
    }

    private static String end(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long from = Math.max(0, channel.size() - LONGEST_TAIL);
            ByteBuffer buffer = ByteBuffer.allocate((int) (channel.size() - from));
            while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
                continue;
            }
            String text = StandardCharsets.UTF_8.decode(buffer.flip()).toString();
            // The first line is most likely cut.
            return from == 0 ? text : text.substring(text.indexOf('\n') + 1);
        } catch (IOException absent) {
            return "";
        }
    }

    /** Takes both parts elsewhere. */
    void moveTo(Path target) throws IOException {
        Files.createDirectories(target.toAbsolutePath().getParent());
        if (Files.exists(older())) {
            Files.move(older(), new LogFile(target).older(), StandardCopyOption.REPLACE_EXISTING);
        }
        if (Files.exists(file)) {
            Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(older());
        Files.deleteIfExists(file);
    }
}

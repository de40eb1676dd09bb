package dev.marmita.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * One JSON object per line and request, written by a thread of its own. Files rotate by size: {@code
 * access.log}, {@code access.log.1}, … Entries that come faster than the disk takes them are dropped and
 * counted; so are those that cannot be written. Flushed at the latest a second after an entry came.
 */
public final class JsonLinesAccessLog implements AccessLog, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JsonLinesAccessLog.class);
    private static final int WAITING = 16_384;
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final JsonMapper json =
            JsonMapper.builder()
                    .changeDefaultPropertyInclusion(
                            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .build();
    private final BlockingQueue<Entry> entries = new ArrayBlockingQueue<>(WAITING);
    private final AtomicLong dropped = new AtomicLong();
    private final Path file;
    private final long maxBytes;
    private final int keep;
    private final Thread thread;
    private volatile boolean closing;

    private @Nullable OutputStream out;
    private long written;

    private JsonLinesAccessLog(Path file, long maxBytes, int keep) {
        this.file = file;
        this.maxBytes = maxBytes;
        this.keep = keep;
        this.thread = Thread.ofPlatform().name("gateway-access-log").daemon().unstarted(this::run);
    }

    /**
     * @param file is appended to; its folder is made
     * @param maxBytes of one file before it is rotated
     * @param keep rotated files kept, 1 or more
     * @throws IllegalArgumentException where a bound is not positive
     */
    public static JsonLinesAccessLog open(Path file, long maxBytes, int keep) {
        if (maxBytes < 1 || keep < 1) {
            throw new IllegalArgumentException("maxBytes " + maxBytes + ", keep " + keep);
        }
        JsonLinesAccessLog log = new JsonLinesAccessLog(file.toAbsolutePath(), maxBytes, keep);
        log.thread.start();
        return log;
    }

    @Override
    public void log(Entry entry) {
        if (!entries.offer(entry)) {
            dropped.incrementAndGet();
        }
    }

    /** Entries that were not written since the start. */
    public long dropped() {
        return dropped.get();
    }

    private void run() {
        while (!closing || !entries.isEmpty()) {
            try {
                Entry entry = entries.poll(200, TimeUnit.MILLISECONDS);
                if (entry == null) {
                    flush();
                } else {
                    write(entry);
                    if (entries.isEmpty()) {
                        flush();
                    }
                }
            } catch (InterruptedException e) {
                // Only close() ends this thread, and it says so by its flag.
                closing = true;
            }
        }
        shut();
    }

    private void write(Entry entry) {
        try {
            byte[] line = json.writeValueAsBytes(entry);
            OutputStream to = opened();
            to.write(line);
            to.write('\n');
            written += line.length + 1L;
            if (written >= maxBytes) {
                rotate();
            }
        } catch (IOException | RuntimeException e) {
            lost(e);
        }
    }

    private OutputStream opened() throws IOException {
        OutputStream open = out;
        if (open == null) {
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            open =
                    new BufferedOutputStream(
                            Files.newOutputStream(
                                    file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
            written = Files.size(file);
            out = open;
        }
        return open;
    }

    private void rotate() throws IOException {
        shut();
        for (int i = keep - 1; i >= 1; i--) {
            Path from = numbered(i);
            if (Files.exists(from)) {
                Files.move(from, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    private void flush() {
        try {
            if (out != null) {
                out.flush();
            }
        } catch (IOException e) {
            lost(e);
        }
    }

    private void lost(Exception cause) {
        if (dropped.getAndIncrement() == 0) {
            LOG.warn("the access log {} cannot be written; entries are lost", file, cause);
        }
        shut();
    }

    private void shut() {
        OutputStream open = out;
        out = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            LOG.debug("closing {}", file, e);
        }
    }

    /** Writes what is waiting. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(CLOSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

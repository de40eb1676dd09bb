package dev.marmita.runner.log;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonWriting;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes log lines. Thread-safe; a line is written whole. */
public final class Log {

    private final OutputStream out;
    private final InstantSource clock;
    private final Json json = new Json(1 << 20);

    public Log(OutputStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    /** To standard output. */
    public static Log standard() {
        return new Log(System.out, InstantSource.system());
    }

    public void info(String message, Map<String, ?> fields) {
        write("info", message, fields);
    }

    public void warn(String message, Map<String, ?> fields) {
        write("warn", message, fields);
    }

    /** With the stack trace of {@code cause}. */
    public void error(String message, Map<String, ?> fields, Throwable cause) {
        StringWriter trace = new StringWriter();
        cause.printStackTrace(new PrintWriter(trace));
        Map<String, Object> all = new LinkedHashMap<>(fields);
        all.put("trace", trace.toString());
        write("error", message, all);
    }

    private void write(String level, String message, Map<String, ?> fields) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", clock.instant());
        line.put("level", level);
        line.put("message", message);
        line.putAll(fields);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var generator = json.generator(bytes)) {
            JsonWriting.anything(generator, line);
        }
        bytes.writeBytes("\n".getBytes(StandardCharsets.UTF_8));
        synchronized (out) {
            PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
            stream.writeBytes(bytes.toByteArray());
        }
    }
}

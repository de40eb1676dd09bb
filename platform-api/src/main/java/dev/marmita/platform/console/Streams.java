package dev.marmita.platform.console;

import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Server-sent events, written on the request's own (virtual) thread. A stream ends after two minutes, so that whoever
 * listens passes the door again when the browser comes back; all end when the platform stops.
 */
@Component
class Streams {

    static final int MOST = 200;

    private static final long LIFETIME_NANOS = Duration.ofMinutes(2).toNanos();
    private static final long BEAT_NANOS = Duration.ofSeconds(15).toNanos();

    private final Semaphore places = new Semaphore(MOST);
    private final CountDownLatch end = new CountDownLatch(1);

    /**
     * @param again whether it is sent also where it is what was sent last under that name
     */
    record Message(String name, String text, boolean again) {}

    @EventListener(ContextClosedEvent.class)
    void closing() {
        end.countDown();
    }

    /** Asks for messages at every interval, until the listener goes. */
    void send(HttpServletResponse response, Duration interval, Supplier<List<Message>> source)
            throws IOException {
        if (!places.tryAcquire()) {
            throw ProblemException.of(ErrorCode.BUSY, "Too many pages are being watched live");
        }
        try {
            response.setContentType("text/event-stream;charset=UTF-8");
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("X-Accel-Buffering", "no");
            write(response.getOutputStream(), interval, source);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    private void write(OutputStream out, Duration interval, Supplier<List<Message>> source)
            throws IOException, InterruptedException {
        Map<String, String> sent = new HashMap<>();
        long began = System.nanoTime();
        long beat = began;
        out.write("retry: 1500\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
        do {
            for (Message message : source.get()) {
                if (message.again()
                        || !message.text().equals(sent.put(message.name(), message.text()))) {
                    out.write(event(message));
                    beat = System.nanoTime();
                }
            }
            if (System.nanoTime() - beat > BEAT_NANOS) {
                out.write(": here\n\n".getBytes(StandardCharsets.UTF_8));
                beat = System.nanoTime();
            }
            out.flush();
        } while (!end.await(interval.toMillis(), TimeUnit.MILLISECONDS)
                && System.nanoTime() - began < LIFETIME_NANOS);
    }

    private static byte[] event(Message message) {
        var text = new StringBuilder("event: ").append(message.name()).append('\n');
        message.text().lines().forEach(line -> text.append("data: ").append(line).append('\n'));
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }
}

package dev.marmita.platform.artifacts;

import dev.marmita.registry.Blobs;
import dev.marmita.registry.Digest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** How contents go out: by a redirect to the object store, or through here. */
@Component
final class Downloads {

    private static final Duration PRESIGNED = Duration.ofMinutes(15);

    private final Blobs blobs;

    Downloads(Blobs blobs) {
        this.blobs = blobs;
    }

    /** Where the content turns out broken on the way, the connection is cut: it never looks complete. */
    void send(Digest digest, String fileName, boolean direct, HttpServletResponse response)
            throws IOException {
        if (direct) {
            response.setStatus(HttpStatus.TEMPORARY_REDIRECT.value());
            response.setHeader(
                    HttpHeaders.LOCATION,
                    blobs.presignGet(digest, fileName, PRESIGNED).url().toString());
            return;
        }
        long size = blobs.size(digest);
        try (InputStream content = blobs.open(digest)) {
            response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
            response.setContentLengthLong(size);
            response.setHeader(
                    HttpHeaders.CONTENT_DISPOSITION,
                    ContentDisposition.attachment().filename(fileName).build().toString());
            content.transferTo(response.getOutputStream());
        }
    }
}

package dev.marmita.platform.artifacts;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.registry.Digest;
import dev.marmita.registry.Upload;
import dev.marmita.registry.Uploads;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** How contents come in over REST. */
@RestController
@RequestMapping("/api/v1/uploads")
class UploadController {

    private static final Duration PRESIGNED = Duration.ofHours(1);

    private final Uploads uploads;

    UploadController(Uploads uploads) {
        this.uploads = uploads;
    }

    record OpenUploadRequest(@NotNull Digest digest, @NotNull @Positive Long size) {}

    /**
     * @param offset bytes that are safe: where to go on
     * @param state {@code open} or {@code complete}
     */
    record UploadResponse(
            UUID id, Digest digest, long size, long offset, String state, Instant expiresAt) {
        static UploadResponse of(Upload upload) {
            return new UploadResponse(
                    upload.id(),
                    upload.digest(),
                    upload.size(),
                    upload.offset(),
                    upload.state().name().toLowerCase(Locale.ROOT),
                    upload.expiresAt());
        }
    }

    @PostMapping
    @Requires(Permission.PUBLISH)
    ResponseEntity<UploadResponse> open(
            @Valid @RequestBody OpenUploadRequest request, Caller caller) {
        Upload upload = uploads.open(request.digest(), request.size(), caller.label());
        return ResponseEntity.created(URI.create("/api/v1/uploads/" + upload.id()))
                .body(UploadResponse.of(upload));
    }

    @GetMapping("/{id}")
    @Requires(Permission.PUBLISH)
    UploadResponse get(@PathVariable UUID id) {
        return UploadResponse.of(uploads.get(id));
    }

    /** The body goes straight on to the object store; memory does not grow with it. */
    @PutMapping(path = "/{id}", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @Requires(Permission.PUBLISH)
    UploadResponse write(
            @PathVariable UUID id, @RequestParam long offset, HttpServletRequest request)
            throws IOException {
        return UploadResponse.of(uploads.write(id, offset, request.getInputStream()));
    }

    @PostMapping("/{id}/complete")
    @Requires(Permission.PUBLISH)
    UploadResponse complete(@PathVariable UUID id) {
        return UploadResponse.of(uploads.complete(id));
    }

    @PostMapping("/{id}/presign")
    @Requires(Permission.PUBLISH)
    PresignedResponse presign(@PathVariable UUID id) {
        return PresignedResponse.of(uploads.presignPut(id, PRESIGNED));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.PUBLISH)
    void abort(@PathVariable UUID id) {
        uploads.abort(id);
    }
}

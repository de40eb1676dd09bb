package dev.marmita.platform.artifacts;

import static dev.marmita.platform.artifacts.ArtifactRequests.orEmpty;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.artifacts.ArtifactRequests.ChangeArtifactRequest;
import dev.marmita.platform.artifacts.ArtifactRequests.ChangeVersionRequest;
import dev.marmita.platform.artifacts.ArtifactRequests.CreateArtifactRequest;
import dev.marmita.platform.artifacts.ArtifactRequests.MoveLabelRequest;
import dev.marmita.platform.artifacts.ArtifactRequests.PublishRequest;
import dev.marmita.platform.artifacts.ArtifactResponses.ArtifactResponse;
import dev.marmita.platform.artifacts.ArtifactResponses.LabelMoveResponse;
import dev.marmita.platform.artifacts.ArtifactResponses.LabelResponse;
import dev.marmita.platform.web.EntityTag;
import dev.marmita.platform.web.PageRequest;
import dev.marmita.platform.web.PageResponse;
import dev.marmita.registry.Artifact;
import dev.marmita.registry.ArtifactDraft;
import dev.marmita.registry.ArtifactQuery;
import dev.marmita.registry.Catalog;
import dev.marmita.registry.LabelMove;
import dev.marmita.registry.Published;
import dev.marmita.registry.Version;
import dev.marmita.registry.VersionDraft;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * What models and services have in common over REST.
 *
 * @param <V> version in the registry
 * @param <R> version on the wire
 */
abstract class ArtifactController<V extends Version, R> {

    private final Catalog<V> catalog;
    private final Downloads downloads;
    private final String path;
    private final String fileExtension;

    ArtifactController(Catalog<V> catalog, Downloads downloads, String path, String fileExtension) {
        this.catalog = catalog;
        this.downloads = downloads;
        this.path = path;
        this.fileExtension = fileExtension;
    }

    abstract R form(V version);

    @GetMapping
    @Requires(Permission.READ_REGISTRY)
    PageResponse<ArtifactResponse> list(
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String label,
            @RequestParam(required = false) @Nullable List<String> tag,
            PageRequest page) {
        var query = new ArtifactQuery(given(q), given(label), Tags.parse(tag));
        return ArtifactResponses.page(
                catalog.list(query, registryPage(page)), ArtifactResponse::of);
    }

    @PostMapping
    @Requires(Permission.PUBLISH)
    ResponseEntity<ArtifactResponse> create(
            @Valid @RequestBody CreateArtifactRequest request, Caller caller) {
        var draft =
                new ArtifactDraft(
                        Optional.ofNullable(request.description()).orElse(""),
                        orEmpty(request.tags()));
        Artifact artifact = catalog.create(request.name(), draft, caller.label());
        return ResponseEntity.created(URI.create(path + "/" + artifact.name()))
                .body(ArtifactResponse.of(artifact));
    }

    @GetMapping("/{name}")
    @Requires(Permission.READ_REGISTRY)
    ArtifactResponse get(@PathVariable String name) {
        return ArtifactResponse.of(catalog.get(name));
    }

    @PatchMapping("/{name}")
    @Requires(Permission.PUBLISH)
    ArtifactResponse change(
            @PathVariable String name,
            @Valid @RequestBody ChangeArtifactRequest request,
            Caller caller) {
        Artifact now = catalog.get(name);
        var draft =
                new ArtifactDraft(
                        Optional.ofNullable(request.description()).orElse(now.description()),
                        Optional.ofNullable(request.tags()).orElse(now.tags()));
        return ArtifactResponse.of(catalog.update(name, draft, caller.label()));
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.PUBLISH)
    void delete(@PathVariable String name, Caller caller) {
        catalog.delete(name, caller.label());
    }

    @GetMapping("/{name}/versions")
    @Requires(Permission.READ_REGISTRY)
    PageResponse<R> versions(@PathVariable String name, PageRequest page) {
        return ArtifactResponses.page(catalog.versions(name, registryPage(page)), this::form);
    }

    /** 201: a new version; 200: the newest version has the same content and facts already. */
    @PostMapping("/{name}/versions")
    @Requires(Permission.PUBLISH)
    ResponseEntity<R> publish(
            @PathVariable String name, @Valid @RequestBody PublishRequest request, Caller caller) {
        var draft =
                new VersionDraft(
                        request.digest(),
                        orEmpty(request.metadata()),
                        orEmpty(request.tags()),
                        orEmpty(request.provenance()),
                        Optional.ofNullable(request.labels()).orElse(Set.of()));
        Published<V> published = catalog.publish(name, draft, caller.label());
        V version = published.version();
        return ResponseEntity.status(published.created() ? HttpStatus.CREATED : HttpStatus.OK)
                .location(URI.create(path + "/" + name + "/versions/" + version.version()))
                .body(form(version));
    }

    @GetMapping("/{name}/versions/{version}")
    @Requires(Permission.READ_REGISTRY)
    R version(@PathVariable String name, @PathVariable int version) {
        return form(catalog.version(name, version));
    }

    @PatchMapping("/{name}/versions/{version}")
    @Requires(Permission.PUBLISH)
    R changeVersion(
            @PathVariable String name,
            @PathVariable int version,
            @Valid @RequestBody ChangeVersionRequest request,
            Caller caller) {
        return form(catalog.tag(name, version, request.tags(), caller.label()));
    }

    @DeleteMapping("/{name}/versions/{version}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.PUBLISH)
    void deleteVersion(@PathVariable String name, @PathVariable int version, Caller caller) {
        catalog.deleteVersion(name, version, caller.label());
    }

    /** 307 to the object store; with {@code direct=false} the content itself. */
    @GetMapping("/{name}/versions/{version}/content")
    @Requires(Permission.READ_REGISTRY)
    void content(
            @PathVariable String name,
            @PathVariable int version,
            @RequestParam(defaultValue = "true") boolean direct,
            HttpServletResponse response)
            throws IOException {
        V found = catalog.version(name, version);
        downloads.send(found.digest(), name + "-" + version + fileExtension, direct, response);
    }

    @GetMapping("/{name}/labels")
    @Requires(Permission.READ_REGISTRY)
    PageResponse<LabelResponse> labels(@PathVariable String name) {
        return new PageResponse<>(
                catalog.labels(name).entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(label -> new LabelResponse(label.getKey(), label.getValue()))
                        .toList(),
                null);
    }

    @PutMapping("/{name}/labels/{label}")
    @Requires(Permission.PUBLISH)
    ResponseEntity<LabelMoveResponse> moveLabel(
            @PathVariable String name,
            @PathVariable String label,
            @Valid @RequestBody MoveLabelRequest request,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Caller caller) {
        LabelMove move =
                LabelChanges.move(
                        catalog,
                        new LabelChanges.Target(name, label),
                        request,
                        EntityTag.expected(ifMatch),
                        caller.label());
        return ResponseEntity.ok()
                .eTag(EntityTag.of(request.version()))
                .body(LabelMoveResponse.of(move));
    }

    @DeleteMapping("/{name}/labels/{label}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.PUBLISH)
    void removeLabel(
            @PathVariable String name,
            @PathVariable String label,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Caller caller) {
        LabelChanges.remove(
                catalog,
                new LabelChanges.Target(name, label),
                EntityTag.expected(ifMatch),
                caller.label());
    }

    @GetMapping("/{name}/labels/{label}/history")
    @Requires(Permission.READ_REGISTRY)
    PageResponse<LabelMoveResponse> history(
            @PathVariable String name, @PathVariable String label, PageRequest page) {
        return ArtifactResponses.page(
                catalog.labelHistory(name, label, registryPage(page)), LabelMoveResponse::of);
    }

    /** The registry's page tokens are opaque already. */
    private static dev.marmita.registry.PageRequest registryPage(PageRequest page) {
        return new dev.marmita.registry.PageRequest(
                page.size(), Optional.ofNullable(page.pageToken()).filter(t -> !t.isEmpty()));
    }

    private static Optional<String> given(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isEmpty());
    }
}

package dev.marmita.platform.console;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.console.board.Board;
import dev.marmita.platform.console.board.Reach;
import dev.marmita.registry.ArtifactKind;
import dev.marmita.registry.ArtifactQuery;
import dev.marmita.registry.Catalog;
import dev.marmita.registry.LabelMove;
import dev.marmita.registry.ModelCatalog;
import dev.marmita.registry.ModelVersion;
import dev.marmita.registry.PageRequest;
import dev.marmita.registry.ServiceCatalog;
import dev.marmita.registry.ServiceVersion;
import dev.marmita.registry.Version;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** Models and services: lists, one of them with its versions and labels, one version. */
@Controller
final class RegistryPageController {

    private static final int PAGE = 40;

    private final Frames frames;
    private final Board board;
    private final ModelCatalog models;
    private final ServiceCatalog services;

    RegistryPageController(
            Frames frames, Board board, ModelCatalog models, ServiceCatalog services) {
        this.frames = frames;
        this.board = board;
        this.models = models;
        this.services = services;
    }

    @GetMapping("/console/models")
    @Requires(Permission.READ_REGISTRY)
    ResponseEntity<String> models(
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String after,
            HttpServletRequest request,
            Caller caller) {
        return list(ArtifactKind.MODEL, q, after, request, caller);
    }

    @GetMapping("/console/services")
    @Requires(Permission.READ_REGISTRY)
    ResponseEntity<String> services(
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String after,
            HttpServletRequest request,
            Caller caller) {
        return list(ArtifactKind.SERVICE, q, after, request, caller);
    }

    @GetMapping("/console/models/{name}")
    @Requires(Permission.READ_REGISTRY)
    ResponseEntity<String> model(
            @PathVariable String name, HttpServletRequest request, Caller caller) {
        return artifact(ArtifactKind.MODEL, name, request, caller);
    }

    @GetMapping("/console/services/{name}")
    @Requires(Permission.READ_REGISTRY)
    ResponseEntity<String> service(
            @PathVariable String name, HttpServletRequest request, Caller caller) {
        return artifact(ArtifactKind.SERVICE, name, request, caller);
    }

    @GetMapping("/console/models/{name}/versions/{version}")
    @Requires(Permission.READ_REGISTRY)
    ResponseEntity<String> modelVersion(
            @PathVariable String name,
            @PathVariable int version,
            @RequestParam(defaultValue = "0") int other,
            HttpServletRequest request,
            Caller caller) {
        return version(ArtifactKind.MODEL, name, version, other, request, caller);
    }

    @GetMapping("/console/services/{name}/versions/{version}")
    @Requires(Permission.READ_REGISTRY)
    ResponseEntity<String> serviceVersion(
            @PathVariable String name,
            @PathVariable int version,
            @RequestParam(defaultValue = "0") int other,
            HttpServletRequest request,
            Caller caller) {
        return version(ArtifactKind.SERVICE, name, version, other, request, caller);
    }

    /** Who would roll when that label moved, for the question before it does. */
    @GetMapping("/console/models/{name}/labels/{label}/followers")
    @Requires(Permission.READ_REGISTRY)
    ResponseEntity<String> modelFollowers(
            @PathVariable String name,
            @PathVariable String label,
            HttpServletRequest request,
            Caller caller) {
        return followers(false, name, label, request, caller);
    }

    @GetMapping("/console/services/{name}/labels/{label}/followers")
    @Requires(Permission.READ_REGISTRY)
    ResponseEntity<String> serviceFollowers(
            @PathVariable String name,
            @PathVariable String label,
            HttpServletRequest request,
            Caller caller) {
        return followers(true, name, label, request, caller);
    }

    private ResponseEntity<String> list(
            ArtifactKind kind, String q, String after, HttpServletRequest request, Caller caller) {
        var page =
                catalog(kind)
                        .list(
                                new ArtifactQuery(
                                        Optional.of(q.strip()).filter(text -> !text.isEmpty()),
                                        Optional.empty(),
                                        Map.of()),
                                new PageRequest(
                                        PAGE,
                                        Optional.of(after).filter(token -> !token.isEmpty())));
        boolean rows = request.getHeader("HX-Request") != null;
        return frames.page(
                rows ? "artifacts-rows" : "artifacts",
                request,
                caller,
                Map.of(
                        "kind", kind,
                        "q", q,
                        "after", after,
                        "items", page.items(),
                        "next", page.nextPageToken()));
    }

    private ResponseEntity<String> artifact(
            ArtifactKind kind, String name, HttpServletRequest request, Caller caller) {
        Catalog<? extends Version> catalog = catalog(kind);
        var artifact = catalog.get(name);
        return frames.page(
                "artifact",
                request,
                caller,
                Map.of(
                        "kind",
                        kind,
                        "artifact",
                        artifact,
                        "versions",
                        catalog.versions(name, PageRequest.first(100)).items(),
                        "moves",
                        moves(catalog, name, artifact.labels().keySet())));
    }

    private static List<LabelMove> moves(Catalog<?> catalog, String name, Iterable<String> labels) {
        List<LabelMove> moves = new ArrayList<>();
        for (String label : labels) {
            moves.addAll(catalog.labelHistory(name, label, PageRequest.first(20)).items());
        }
        moves.sort(Comparator.comparing(LabelMove::at).reversed());
        return List.copyOf(moves.subList(0, Math.min(40, moves.size())));
    }

    private ResponseEntity<String> version(
            ArtifactKind kind,
            String name,
            int number,
            int other,
            HttpServletRequest request,
            Caller caller) {
        Catalog<? extends Version> catalog = catalog(kind);
        Version version = catalog.version(name, number);
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("kind", kind);
        parameters.put("version", version);
        parameters.put("users", board.users(Reach.of(caller), version.digest().toString()));
        parameters.put(
                "others",
                catalog.versions(name, PageRequest.first(50)).items().stream()
                        .map(Version::version)
                        .filter(v -> v != number)
                        .toList());
        parameters.put("other", other);
        parameters.put(
                "changes",
                other == 0
                        ? List.of()
                        : VersionDiff.between(catalog.version(name, other), version));
        switch (version) {
            case ModelVersion model -> parameters.put("description", model.description());
            case ServiceVersion service -> parameters.put("manifest", service.manifest());
        }
        return frames.page(
                kind == ArtifactKind.MODEL ? "model-version" : "service-version",
                request,
                caller,
                parameters);
    }

    private ResponseEntity<String> followers(
            boolean service, String name, String label, HttpServletRequest request, Caller caller) {
        return frames.page(
                "followers",
                request,
                caller,
                Map.of("rows", board.followers(Reach.of(caller), service, name, label)));
    }

    private Catalog<? extends Version> catalog(ArtifactKind kind) {
        return switch (kind) {
            case MODEL -> models;
            case SERVICE -> services;
        };
    }
}

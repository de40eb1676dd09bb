package dev.marmita.platform.console;

import dev.marmita.platform.access.Public;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;

/** Serves {@link Assets}, which hold nothing of anybody's. */
@Controller
final class AssetController {

    private static final CacheControl FOR_GOOD =
            CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();

    private final Assets assets;

    AssetController(Assets assets) {
        this.assets = assets;
    }

    @GetMapping("/console/assets/{version}/{name}")
    @Public
    ResponseEntity<byte[]> asset(
            @PathVariable String version,
            @PathVariable String name,
            @RequestHeader(name = HttpHeaders.ACCEPT_ENCODING, required = false)
                    @Nullable String encodings)
            throws IOException {
        Assets.Asset asset =
                assets.find(name)
                        .orElseThrow(
                                () ->
                                        ProblemException.of(
                                                ErrorCode.NOT_FOUND,
                                                "There is nothing at this path"));
        boolean packed = encodings != null && encodings.contains("gzip");
        var answer =
                ResponseEntity.ok()
                        .header(HttpHeaders.CONTENT_TYPE, asset.type())
                        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                        .cacheControl(
                                assets.base().endsWith("/" + version)
                                        ? FOR_GOOD
                                        : CacheControl.noCache());
        return packed
                ? answer.header(HttpHeaders.CONTENT_ENCODING, "gzip").body(asset.packed())
                : answer.body(unpack(asset.packed()));
    }

    private static byte[] unpack(byte[] packed) throws IOException {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return gzip.readAllBytes();
        }
    }
}

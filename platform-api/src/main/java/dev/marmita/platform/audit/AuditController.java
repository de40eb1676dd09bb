package dev.marmita.platform.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.audit.AuditTrail.Event;
import dev.marmita.platform.tenants.TenantDirectory;
import dev.marmita.platform.web.PageRequest;
import dev.marmita.platform.web.PageResponse;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.TenantId;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The audit over REST. */
@RestController
@RequestMapping("/api/v1")
class AuditController {

    static final String LINES = "application/x-ndjson";

    private final AuditTrail trail;
    private final TenantDirectory tenants;

    AuditController(AuditTrail trail, TenantDirectory tenants) {
        this.trail = trail;
        this.tenants = tenants;
    }

    /**
     * @param event as it was hashed: at, actor, action, outcome, tenant, resource, before, after, …
     */
    record AuditEventResponse(long seq, String hash, @JsonRawValue String event) {
        static AuditEventResponse of(Event event) {
            return new AuditEventResponse(event.seq(), event.hash(), event.body());
        }
    }

    /**
     * @param events that were checked
     * @param seq of the last sound one
     * @param hash of it: written down elsewhere it shows later that nothing before was replaced
     * @param problem absent where the chain is whole
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record VerifyResponse(
            boolean whole, long events, long seq, String hash, @Nullable String problem) {}

    /** All tenants' events and the platform's, newest first. */
    @GetMapping("/audit")
    @Requires(Permission.ADMINISTER_PLATFORM)
    PageResponse<AuditEventResponse> list(
            @RequestParam(required = false) @Nullable TenantId tenant,
            AuditQuery query,
            PageRequest page) {
        return page(query.in(tenant == null ? null : tenant.value()), page);
    }

    /** One tenant's events, newest first. */
    @GetMapping("/tenants/{tenant}/audit")
    @Requires(Permission.ADMINISTER_TENANT)
    PageResponse<AuditEventResponse> listOfTenant(
            @PathVariable TenantId tenant, AuditQuery query, PageRequest page) {
        tenants.require(tenant);
        return page(query.in(tenant.value()), page);
    }

    /** JSON lines, oldest first: {@code {"seq":…,"hash":…,"event":…}}. */
    @GetMapping(path = "/audit/export", produces = LINES)
    @Requires(Permission.ADMINISTER_PLATFORM)
    void export(AuditQuery query, HttpServletResponse response) throws IOException {
        AuditTrail.Filter filter = query.in(null);
        response.setContentType(LINES);
        var writer =
                new BufferedWriter(
                        new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8));
        try {
            trail.export(filter, writer);
        } catch (UncheckedIOException gone) {
            throw new IOException(gone);
        }
        writer.flush();
    }

    /**
     * Follows the whole chain.
     *
     * @param seq with {@code hash}: an end of the chain that was written down elsewhere
     */
    @GetMapping("/audit/verify")
    @Requires(Permission.ADMINISTER_PLATFORM)
    VerifyResponse verify(
            @RequestParam(required = false) @Nullable Long seq,
            @RequestParam(required = false) @Nullable String hash) {
        if ((seq == null) != (hash == null)) {
            throw ProblemException.field("hash", "goes with 'seq'");
        }
        ChainCheck.Verdict verdict =
                trail.verify(
                        seq == null || hash == null
                                ? Optional.empty()
                                : Optional.of(new ChainCheck.Anchor(seq, hash)));
        return new VerifyResponse(
                verdict.problem() == null,
                verdict.events(),
                verdict.seq(),
                verdict.hash(),
                verdict.problem());
    }

    private PageResponse<AuditEventResponse> page(AuditTrail.Filter filter, PageRequest page) {
        long before = before(page.after());
        List<AuditEventResponse> found =
                trail.search(filter, before, page.size() + 1).stream()
                        .map(AuditEventResponse::of)
                        .toList();
        return PageResponse.of(found, page.size(), event -> Long.toString(event.seq()));
    }

    private static long before(String after) {
        try {
            return after.isEmpty() ? Long.MAX_VALUE : Long.parseLong(after);
        } catch (NumberFormatException forged) {
            throw ProblemException.field("pageToken", "is none of this list");
        }
    }
}

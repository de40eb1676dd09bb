package dev.marmita.platform.secrets;

import dev.marmita.access.Grant;
import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.tenants.TenantDirectory;
import dev.marmita.platform.web.EntityTag;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.PageRequest;
import dev.marmita.platform.web.PageResponse;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.SecretUse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** A tenant's secrets over REST. No answer holds a value. */
@RestController
@RequestMapping("/api/v1/tenants/{tenant}/secrets")
class SecretController {

    private final Secrets secrets;
    private final TenantDirectory tenants;

    SecretController(Secrets secrets, TenantDirectory tenants) {
        this.secrets = secrets;
        this.tenants = tenants;
    }

    /**
     * A new value.
     *
     * @param value text; other bytes come as {@code application/octet-stream}
     */
    record SecretRequest(@NotNull String value) {

        /** What is logged of a request is this. */
        @Override
        public String toString() {
            return "SecretRequest";
        }
    }

    /** A deployment whose newest or serving revision has that version. */
    record SecretUseResponse(DeploymentName deployment, long version) {}

    record SecretResponse(
            SecretName name,
            long version,
            Instant createdAt,
            String createdBy,
            Instant updatedAt,
            String updatedBy,
            List<SecretUseResponse> usedBy) {}

    @GetMapping
    @Requires(Permission.READ)
    PageResponse<SecretResponse> list(
            @PathVariable TenantId tenant, PageRequest page, Caller caller) {
        tenants.require(tenant);
        List<SecretUse> uses = secrets.uses(tenant);
        var found =
                secrets.list(tenant, page.after(), page.size() + 1).stream()
                        .map(secret -> response(tenant, secret, uses, caller))
                        .toList();
        return PageResponse.of(found, page.size(), secret -> secret.name().value());
    }

    @GetMapping("/{secret}")
    @Requires(Permission.READ)
    ResponseEntity<SecretResponse> get(
            @PathVariable TenantId tenant, @PathVariable SecretName secret, Caller caller) {
        tenants.require(tenant);
        return answer(HttpStatus.OK, tenant, secrets.get(tenant, secret), caller);
    }

    /** A new value makes a new version, and a new revision of each deployment that follows it. */
    @PutMapping(path = "/{secret}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Requires(Permission.DEPLOY)
    ResponseEntity<SecretResponse> put(
            @PathVariable TenantId tenant,
            @PathVariable SecretName secret,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false)
                    @Nullable String ifNoneMatch,
            @Valid @RequestBody SecretRequest body,
            Caller caller) {
        return put(
                tenant,
                secret,
                body.value().getBytes(StandardCharsets.UTF_8),
                expected(ifMatch, ifNoneMatch),
                caller);
    }

    /** The same with the value's own bytes as the body. */
    @PutMapping(path = "/{secret}", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @Requires(Permission.DEPLOY)
    ResponseEntity<SecretResponse> putBytes(
            @PathVariable TenantId tenant,
            @PathVariable SecretName secret,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false)
                    @Nullable String ifNoneMatch,
            @RequestBody byte[] body,
            Caller caller) {
        return put(tenant, secret, body, expected(ifMatch, ifNoneMatch), caller);
    }

    @DeleteMapping("/{secret}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.DEPLOY)
    void delete(@PathVariable TenantId tenant, @PathVariable SecretName secret, Caller caller) {
        tenants.require(tenant);
        checkReach(tenant, caller);
        secrets.delete(tenant, secret);
    }

    private ResponseEntity<SecretResponse> put(
            TenantId tenant, SecretName name, byte[] value, OptionalLong ifMatch, Caller caller) {
        tenants.require(tenant);
        checkReach(tenant, caller);
        Secrets.Put put = secrets.put(tenant, name, value, ifMatch, caller.label());
        return answer(
                put.created() ? HttpStatus.CREATED : HttpStatus.OK, tenant, put.secret(), caller);
    }

    private static OptionalLong expected(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        return "*".equals(ifNoneMatch) ? OptionalLong.of(0) : EntityTag.expected(ifMatch);
    }

    /** Secrets are for all deployments: a token of some must not change them for the others. */
    private static void checkReach(TenantId tenant, Caller caller) {
        boolean whole =
                caller.principal().grants().stream()
                        .filter(grant -> Permission.DEPLOY.action().roles().contains(grant.role()))
                        .filter(
                                grant ->
                                        grant.tenant().isEmpty()
                                                || grant.tenant().get().equals(tenant))
                        .map(Grant::deployments)
                        .anyMatch(java.util.Set::isEmpty);
        if (!whole) {
            throw ProblemException.of(
                    ErrorCode.FORBIDDEN,
                    "This token is for some deployments only; secrets are for all of the tenant.");
        }
    }

    private ResponseEntity<SecretResponse> answer(
            HttpStatus status, TenantId tenant, Secret secret, Caller caller) {
        return ResponseEntity.status(status)
                .eTag(EntityTag.of(secret.version()))
                .body(response(tenant, secret, secrets.uses(tenant), caller));
    }

    private static SecretResponse response(
            TenantId tenant, Secret secret, List<SecretUse> uses, Caller caller) {
        return new SecretResponse(
                secret.name(),
                secret.version(),
                secret.createdAt(),
                secret.createdBy(),
                secret.updatedAt(),
                secret.updatedBy(),
                uses.stream()
                        .filter(use -> use.secret().equals(secret.name().value()))
                        .filter(use -> caller.sees(tenant, use.endpoint().deployment()))
                        .map(
                                use ->
                                        new SecretUseResponse(
                                                use.endpoint().deployment(), use.version()))
                        .toList());
    }
}

package dev.marmita.platform.tenants;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.postgres.GatewayAgreement;
import dev.marmita.platform.web.PageRequest;
import dev.marmita.platform.web.PageResponse;
import dev.marmita.routing.TenantId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Tenants over REST. */
@RestController
@RequestMapping("/api/v1/tenants")
class TenantController {

    private final Tenants tenants;
    private final GatewayAgreement gateways;

    TenantController(Tenants tenants, GatewayAgreement gateways) {
        this.tenants = tenants;
        this.gateways = gateways;
    }

    record CreateTenantRequest(
            @NotNull TenantId name,
            @Nullable @Size(max = 200) String displayName,
            @Nullable @Size(max = 40) String plan) {}

    record UpdateTenantRequest(
            @Nullable @Size(max = 200) String displayName, @Nullable @Size(max = 40) String plan) {}

    record TenantResponse(
            TenantId name,
            String displayName,
            String plan,
            @JsonProperty(required = true) State state,
            Instant createdAt,
            String createdBy) {

        enum State {
            @JsonProperty("active")
            ACTIVE,
            @JsonProperty("deleting")
            DELETING
        }

        static TenantResponse of(Tenant tenant) {
            return new TenantResponse(
                    tenant.id(),
                    tenant.displayName(),
                    tenant.plan(),
                    tenant.deleting() ? State.DELETING : State.ACTIVE,
                    tenant.createdAt(),
                    tenant.createdBy());
        }
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.ADMINISTER_PLATFORM)
    TenantResponse create(@Valid @RequestBody CreateTenantRequest request, Caller caller) {
        return TenantResponse.of(
                tenants.create(
                        request.name(),
                        Optional.ofNullable(request.displayName()).orElse(request.name().value()),
                        Optional.ofNullable(request.plan()).orElse("starter"),
                        caller.label()));
    }

    @GetMapping
    @Requires(Permission.ADMINISTER_PLATFORM)
    PageResponse<TenantResponse> list(PageRequest page) {
        var found =
                tenants.list(page.after(), page.size() + 1).stream()
                        .map(TenantResponse::of)
                        .toList();
        return PageResponse.of(found, page.size(), tenant -> tenant.name().value());
    }

    @GetMapping("/{tenant}")
    @Requires(Permission.READ)
    TenantResponse get(@PathVariable TenantId tenant) {
        return TenantResponse.of(tenants.get(tenant));
    }

    /** What is absent stays as it is. */
    @PatchMapping("/{tenant}")
    @Requires(Permission.ADMINISTER_PLATFORM)
    TenantResponse update(
            @PathVariable TenantId tenant, @Valid @RequestBody UpdateTenantRequest request) {
        Tenant updated =
                tenants.update(
                        tenant,
                        Optional.ofNullable(request.displayName()),
                        Optional.ofNullable(request.plan()));
        gateways.awaitAll();
        return TenantResponse.of(updated);
    }

    /** 204: gone for good; 202: dead already, its replicas are being stopped. */
    @DeleteMapping("/{tenant}")
    @Requires(Permission.ADMINISTER_PLATFORM)
    ResponseEntity<Void> delete(
            @PathVariable TenantId tenant, @RequestParam(defaultValue = "false") boolean cascade) {
        boolean gone = tenants.delete(tenant, cascade);
        gateways.awaitAll();
        return ResponseEntity.status(gone ? HttpStatus.NO_CONTENT : HttpStatus.ACCEPTED).build();
    }
}

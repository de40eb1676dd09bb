package dev.marmita.platform.tenants;

import dev.marmita.routing.TenantId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A row of {@code tenant}. */
@Entity
@Table(name = "tenant")
class TenantEntity {

    @Id private String name = "";

    private String displayName = "";
    private String plan = "";
    private String state = "";

    @Column(updatable = false)
    private Instant createdAt = Instant.EPOCH;

    @Column(updatable = false)
    private String createdBy = "";

    protected TenantEntity() {}

    TenantEntity(
            String name, String displayName, String plan, Instant createdAt, String createdBy) {
        this.name = name;
        this.displayName = displayName;
        this.plan = plan;
        this.state = "active";
        this.createdAt = createdAt;
        this.createdBy = createdBy;
    }

    Tenant tenant() {
        return new Tenant(new TenantId(name), displayName, plan, !isActive(), createdAt, createdBy);
    }

    boolean isActive() {
        return state.equals("active");
    }

    void rename(String to) {
        displayName = to;
    }

    void moveTo(String otherPlan) {
        plan = otherPlan;
    }

    void markDeleting() {
        state = "deleting";
    }
}

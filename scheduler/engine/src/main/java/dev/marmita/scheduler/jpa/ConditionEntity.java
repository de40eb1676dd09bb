package dev.marmita.scheduler.jpa;

import dev.marmita.scheduler.Condition;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;

/** A row of {@code deployment_condition}. */
@Entity
@Table(name = "deployment_condition")
@SuppressWarnings("NullAway.Init")
class ConditionEntity {

    @Embeddable
    record Key(
            @Column(name = "tenant") String tenant,
            @Column(name = "deployment") String deployment,
            @Column(name = "type") String type)
            implements Serializable {}

    @EmbeddedId Key key;
    boolean status;
    String reason;

    @Column(columnDefinition = "text")
    String message;

    Instant since;

    protected ConditionEntity() {}

    ConditionEntity(DeploymentKey deployment, Condition condition) {
        this.key = new Key(deployment.tenant(), deployment.name(), condition.type().name());
        this.status = condition.status();
        this.reason = condition.reason();
        this.message = Texts.stored(condition.message());
        this.since = condition.since();
    }

    Condition condition() {
        return new Condition(Condition.Type.valueOf(key.type()), status, reason, message, since);
    }
}

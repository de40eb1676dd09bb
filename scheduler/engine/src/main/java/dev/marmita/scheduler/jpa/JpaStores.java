package dev.marmita.scheduler.jpa;

import dev.marmita.scheduler.DeploymentStore;
import dev.marmita.scheduler.Engine;
import dev.marmita.scheduler.LeaseStore;
import dev.marmita.scheduler.UsageStore;
import jakarta.persistence.EntityManager;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The stores on a Spring-managed database. Needs an entity manager and a transaction manager. */
@Configuration(proxyBeanMethods = false)
@EntityScan(basePackageClasses = JpaStores.class)
@EnableJpaRepositories(basePackageClasses = JpaStores.class, considerNestedRepositories = true)
public class JpaStores {

    @Bean
    Engine.Stores schedulerStores(
            DeploymentRepository deployments,
            RevisionRepository revisions,
            StatusRepositories.Conditions conditions,
            StatusRepositories.Replicas replicas,
            StatusRepositories.Events events,
            EntityManager entities,
            PlatformTransactionManager transactionManager) {
        TransactionTemplate transactions = new TransactionTemplate(transactionManager);
        transactions.setTimeout(30);
        LeaseRepository lease = new LeaseRepository(entities);
        DeploymentStore store =
                new JpaDeploymentStore(
                        new JpaDeploymentStore.Repositories(
                                deployments, revisions, conditions, replicas, events),
                        lease,
                        transactions);
        LeaseStore leases = new JpaLeaseStore(lease, transactions);
        UsageStore usage = new JpaUsageStore(entities, transactions);
        return new Engine.Stores(store, leases, usage);
    }
}

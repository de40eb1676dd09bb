package dev.marmita.platform.tenants;

import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;

interface TenantRepository extends JpaRepository<TenantEntity, String> {

    List<TenantEntity> findByNameGreaterThanOrderByName(String after, Limit limit);

    List<TenantEntity> findByState(String state);
}

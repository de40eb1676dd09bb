package dev.marmita.platform.tenants;

import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

interface ApiTokenRepository extends JpaRepository<ApiTokenEntity, String> {

    /** A token whose tenant, if it has one, is alive. */
    @Query(
            """
            from ApiTokenEntity t where t.sha256 = :sha256 and (t.tenant is null or exists (
                select 1 from TenantEntity n where n.name = t.tenant and n.state = 'active'))""")
    Optional<ApiTokenEntity> findLive(String sha256);

    List<ApiTokenEntity> findByTenantAndIdGreaterThanOrderById(
            String tenant, String after, Limit limit);

    Optional<ApiTokenEntity> findByIdAndTenant(String id, String tenant);

    List<ApiTokenEntity> findByTenantIsNullAndIdGreaterThanOrderById(String after, Limit limit);

    Optional<ApiTokenEntity> findByIdAndTenantIsNull(String id);

    /** Locked, so that of two that are revoked in one moment the second sees the first gone. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("from ApiTokenEntity t where t.tenant is null and t.revokedAt is null order by t.id")
    List<ApiTokenEntity> lockPlatforms();

    @Modifying
    @Query("delete from ApiTokenEntity t where t.revokedAt < :before or t.expiresAt < :before")
    void deleteDead(Instant before);

    @Query(
            """
            select count(*) from ApiTokenEntity t where t.tenant = :tenant
                and t.revokedAt is null and (t.expiresAt is null or t.expiresAt > :now)""")
    long countLive(String tenant, Instant now);
}

package dev.marmita.platform.secrets;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code marmita.secrets.*}.
 *
 * @param keyFile master keys; absent: one is made in the home, in role {@code all}
 * @param maxPerTenant secrets of one tenant
 */
@ConfigurationProperties("marmita.secrets")
public record SecretsProperties(@Nullable Path keyFile, @DefaultValue("200") int maxPerTenant) {}

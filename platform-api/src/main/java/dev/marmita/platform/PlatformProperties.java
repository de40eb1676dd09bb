package dev.marmita.platform;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code marmita.*}.
 *
 * @param role {@code all}, {@code control} or {@code gateway}
 * @param home folder of all state of this process
 * @param address where the control API listens
 * @param port of the control API; 0: any free one
 */
@ConfigurationProperties("marmita")
public record PlatformProperties(
        @DefaultValue("all") Role role,
        Path home,
        @DefaultValue("127.0.0.1") String address,
        @DefaultValue("8470") int port) {}

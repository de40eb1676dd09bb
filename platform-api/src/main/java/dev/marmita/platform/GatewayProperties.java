package dev.marmita.platform;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code marmita.gateway.*}.
 *
 * @param id unique name of this gateway; absent: the host's name and the port
 * @param address where endpoints are served
 * @param port of the endpoints; 0: any free one
 * @param domain endpoints also answer by host name {@code {deployment}.{tenant}.<domain>}
 * @param publicUrl how clients reach endpoints, for the URLs that the control API tells; absent: address and port
 * @param eventLoops threads that move bytes; 0: one per core
 * @param trustForwarded whether a proxy of ours is in front, whose {@code X-Forwarded-*} is true
 * @param drain how long requests may finish when it stops
 * @param accessLogSize of one file of the access log
 * @param accessLogKeep older files of it
 * @param certificate PEM file of the certificate by which endpoints are served over TLS, with those that
 *     signed it; read again when it changes; absent: clear text
 * @param key PEM file of its private key (PKCS #8, not encrypted)
 */
@ConfigurationProperties("marmita.gateway")
public record GatewayProperties(
        @Nullable String id,
        @DefaultValue("127.0.0.1") String address,
        @DefaultValue("8471") int port,
        @DefaultValue("localhost") String domain,
        @Nullable String publicUrl,
        @DefaultValue("0") int eventLoops,
        @DefaultValue("false") boolean trustForwarded,
        @DefaultValue("30s") Duration drain,
        @DefaultValue("32MB") DataSize accessLogSize,
        @DefaultValue("4") int accessLogKeep,
        @Nullable Path certificate,
        @Nullable Path key) {

    public GatewayProperties {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException(
                    "marmita.gateway.certificate and marmita.gateway.key go together");
        }
    }
}

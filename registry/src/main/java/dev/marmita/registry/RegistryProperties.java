package dev.marmita.registry;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The registry's configuration, {@code marmita.registry.*}.
 *
 * @param scratch folder for files that are being looked at; emptied at the start
 */
@Validated
@ConfigurationProperties(prefix = "marmita.registry", ignoreUnknownFields = false)
public record RegistryProperties(
        @Valid @NotNull S3 s3,
        @NotNull Path scratch,
        @Valid @DefaultValue Upload upload,
        @Valid @DefaultValue Sweep sweep,
        @Valid @DefaultValue Inspector inspector) {

    /**
     * The object store.
     *
     * @param endpoint its URL; empty: Amazon's for the region
     * @param publicEndpoint its URL as clients of presigned requests see it; empty: {@code endpoint}
     * @param accessKey with {@code secretKey}; both empty: the SDK's default chain (environment, role)
     * @param pathStyle whether the bucket is a folder of the URL and not a host name
     */
    public record S3(
            Optional<URI> endpoint,
            Optional<URI> publicEndpoint,
            @DefaultValue("us-east-1") @NotBlank String region,
            @DefaultValue("marmita") @NotBlank String bucket,
            Optional<String> accessKey,
            Optional<String> secretKey,
            @DefaultValue("true") boolean pathStyle) {

        /** Keeps the secret out of logs. */
        @Override
        public String toString() {
            return "S3[" + endpoint.map(URI::toString).orElse("amazon") + "/" + bucket + "]";
        }
    }

    /**
     * How contents come in.
     *
     * @param expiry how long an upload lives without a write
     * @param partSize bytes of a part in the store, and so of memory per writer; at least 5 MiB
     * @param maxSize of one content
     * @param writers chunks that are taken in at once
     */
    public record Upload(
            @DefaultValue("24h") @DurationMin(seconds = 1) Duration expiry,
            @DefaultValue("8MB") DataSize partSize,
            @DefaultValue("32GB") DataSize maxSize,
            @DefaultValue("16") @Min(1) @Max(1_000) int writers) {

        private static final DataSize SMALLEST_PART = DataSize.ofMegabytes(5);
        private static final long MAX_PARTS = 10_000;

        public Upload {
            if (partSize.compareTo(SMALLEST_PART) < 0
                    || partSize.compareTo(DataSize.ofMegabytes(512)) > 0) {
                throw new IllegalArgumentException("part-size must be 5MB to 512MB");
            }
            if (maxSize.toBytes() / MAX_PARTS >= partSize.toBytes()) {
                throw new IllegalArgumentException("max-size must fit into 10,000 parts");
            }
        }
    }

    /**
     * The sweep of what nobody needs.
     *
     * @param interval between sweeps
     * @param grace how long a content without a version stays
     */
    public record Sweep(
            @DefaultValue("10m") @DurationMin(millis = 100) Duration interval,
            @DefaultValue("24h") Duration grace) {}

    /**
     * Bounds on the process that opens pushed models.
     *
     * @param timeout wall time for one model
     * @param maxMemory of the process, for the largest models; small ones get less
     * @param maxModelSize of one file; ONNX itself ends at 2 GiB
     * @param concurrency models or bundles that are looked at at once
     */
    public record Inspector(
            @DefaultValue("120s") @DurationMin(seconds = 1) Duration timeout,
            @DefaultValue("8GB") DataSize maxMemory,
            @DefaultValue("2GB") DataSize maxModelSize,
            @DefaultValue("2") @Min(1) @Max(64) int concurrency) {}
}

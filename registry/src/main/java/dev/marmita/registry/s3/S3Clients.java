package dev.marmita.registry.s3;

import dev.marmita.registry.PresignedUrl;
import dev.marmita.registry.RegistryProperties;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.presigner.PresignedRequest;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** How the SDK is set up: everything bounded, nothing that older S3 servers stumble over. */
final class S3Clients {

    private static final int CONNECTIONS = 64;
    private static final int ATTEMPTS = 4;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final Duration CALL = Duration.ofSeconds(120);

    private S3Clients() {}

    static S3Client client(RegistryProperties.S3 properties) {
        BackoffStrategy backoff =
                BackoffStrategy.exponentialDelay(Duration.ofMillis(200), Duration.ofSeconds(3));
        S3ClientBuilder builder =
                S3Client.builder()
                        .region(Region.of(properties.region()))
                        .credentialsProvider(credentials(properties))
                        .forcePathStyle(properties.pathStyle())
                        // Contents are verified by SHA-256; servers of 2022 refuse these trailers.
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .httpClientBuilder(
                                Apache5HttpClient.builder()
                                        .maxConnections(CONNECTIONS)
                                        .connectionTimeout(CONNECT)
                                        .connectionAcquisitionTimeout(Duration.ofSeconds(20))
                                        .socketTimeout(SILENCE))
                        .overrideConfiguration(
                                call ->
                                        call.apiCallTimeout(CALL)
                                                .retryStrategy(
                                                        StandardRetryStrategy.builder()
                                                                .maxAttempts(ATTEMPTS)
                                                                .backoffStrategy(backoff)
                                                                .throttlingBackoffStrategy(backoff)
                                                                .build()));
        properties.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    static S3Presigner presigner(RegistryProperties.S3 properties) {
        S3Presigner.Builder builder =
                S3Presigner.builder()
                        .region(Region.of(properties.region()))
                        .credentialsProvider(credentials(properties))
                        .serviceConfiguration(
                                S3Configuration.builder()
                                        .pathStyleAccessEnabled(properties.pathStyle())
                                        .build());
        properties.publicEndpoint().or(properties::endpoint).ifPresent(builder::endpointOverride);
        return builder.build();
    }

    static PresignedUrl url(PresignedRequest presigned) {
        Map<String, String> headers = new HashMap<>();
        presigned
                .signedHeaders()
                .forEach((name, values) -> headers.put(name, String.join(",", values)));
        // Every client sends these two by itself, and some do not let them be set.
        headers.keySet()
                .removeIf(
                        name ->
                                name.equalsIgnoreCase("host")
                                        || name.equalsIgnoreCase("content-length"));
        return new PresignedUrl(
                URI.create(presigned.url().toString()),
                presigned.httpRequest().method().name(),
                headers,
                presigned.expiration());
    }

    static void makeBucket(S3Client client, String bucket) {
        try {
            client.createBucket(request -> request.bucket(bucket));
        } catch (BucketAlreadyOwnedByYouException another) {
            // made by another writer in this very moment
        }
    }

    private static AwsCredentialsProvider credentials(RegistryProperties.S3 properties) {
        if (properties.accessKey().isPresent() && properties.secretKey().isPresent()) {
            return StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                            properties.accessKey().get(), properties.secretKey().get()));
        }
        return DefaultCredentialsProvider.builder().build();
    }
}

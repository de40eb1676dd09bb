package dev.marmita.registry.s3;

import dev.marmita.registry.PresignedUrl;
import dev.marmita.registry.RegistryProperties;
import dev.marmita.registry.blob.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Supplier;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The store in a bucket of any server that speaks S3. Makes the bucket with the first write where there is none. */
public final class S3BlobStore implements BlobStore {

    /** Copying and joining gigabytes takes a server its time. */
    private static final Duration SLOW_CALL = Duration.ofMinutes(10);

    private static final String OCTETS = "application/octet-stream";

    private final S3Client client;
    private final S3Presigner presigner;
    private final String bucket;

    private S3BlobStore(S3Client client, S3Presigner presigner, String bucket) {
        this.client = client;
        this.presigner = presigner;
        this.bucket = bucket;
    }

    /** Opens no connection yet. */
    public static S3BlobStore open(RegistryProperties.S3 properties) {
        return new S3BlobStore(
                S3Clients.client(properties), S3Clients.presigner(properties), properties.bucket());
    }

    @Override
    public void put(String key, byte[] bytes, int length) {
        S3Errors.translated(
                () -> {
                    withBucket(
                            () ->
                                    client.putObject(
                                            request -> request.bucket(bucket).key(key),
                                            body(bytes, length)));
                    return null;
                });
    }

    @Override
    public String startMultipart(String key) {
        return S3Errors.translated(
                () ->
                        withBucket(
                                () ->
                                        client.createMultipartUpload(
                                                        request -> request.bucket(bucket).key(key))
                                                .uploadId()));
    }

    @Override
    public String putPart(String key, String multipartId, int number, byte[] bytes, int length) {
        return S3Errors.ofMultipart(
                key,
                () ->
                        client.uploadPart(
                                        request ->
                                                request.bucket(bucket)
                                                        .key(key)
                                                        .uploadId(multipartId)
                                                        .partNumber(number),
                                        body(bytes, length))
                                .eTag());
    }

    @Override
    public void completeMultipart(
            String key, String multipartId, SortedMap<Integer, String> etags) {
        List<CompletedPart> parts =
                etags.entrySet().stream()
                        .map(
                                part ->
                                        CompletedPart.builder()
                                                .partNumber(part.getKey())
                                                .eTag(part.getValue())
                                                .build())
                        .toList();
        try {
            S3Errors.ofMultipart(
                    key,
                    () ->
                            client.completeMultipartUpload(
                                    request ->
                                            request.bucket(bucket)
                                                    .key(key)
                                                    .uploadId(multipartId)
                                                    .multipartUpload(all -> all.parts(parts))
                                                    .overrideConfiguration(
                                                            call ->
                                                                    call.apiCallTimeout(SLOW_CALL)
                                                                            .apiCallAttemptTimeout(
                                                                                    SLOW_CALL))));
        } catch (MultipartGone gone) {
            // A retry after an answer that got lost finds the parts gone and the object there.
            if (size(key).isEmpty()) {
                throw gone;
            }
        }
    }

    @Override
    public void abortMultipart(String key, String multipartId) {
        try {
            S3Errors.ofMultipart(
                    key,
                    () ->
                            client.abortMultipartUpload(
                                    request ->
                                            request.bucket(bucket).key(key).uploadId(multipartId)));
        } catch (MultipartGone gone) {
            // as wanted
        }
    }

    @Override
    public void abortMultiparts(String key) {
        S3Errors.ifThere(
                        () ->
                                client
                                        .listMultipartUploadsPaginator(
                                                request -> request.bucket(bucket).prefix(key))
                                        .uploads()
                                        .stream()
                                        .filter(begun -> begun.key().equals(key))
                                        .map(MultipartUpload::uploadId)
                                        .toList())
                .orElseGet(List::of)
                .forEach(multipartId -> abortMultipart(key, multipartId));
    }

    @Override
    public Optional<InputStream> open(String key, long offset) {
        return S3Errors.ifThere(
                () ->
                        new AbortingInputStream(
                                client.getObject(
                                        request -> {
                                            request.bucket(bucket).key(key);
                                            if (offset > 0) {
                                                request.range("bytes=" + offset + "-");
                                            }
                                        },
                                        ResponseTransformer.toInputStream())));
    }

    @Override
    public OptionalLong size(String key) {
        return S3Errors.ifThere(
                        () ->
                                client.headObject(request -> request.bucket(bucket).key(key))
                                        .contentLength())
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    @Override
    public boolean copy(String from, String to) {
        return S3Errors.ifThere(
                        () ->
                                client.copyObject(
                                        request ->
                                                request.sourceBucket(bucket)
                                                        .sourceKey(from)
                                                        .destinationBucket(bucket)
                                                        .destinationKey(to)
                                                        .overrideConfiguration(
                                                                call ->
                                                                        call.apiCallTimeout(
                                                                                        SLOW_CALL)
                                                                                .apiCallAttemptTimeout(
                                                                                        SLOW_CALL))))
                .isPresent();
    }

    @Override
    public void delete(String key) {
        S3Errors.ifThere(() -> client.deleteObject(request -> request.bucket(bucket).key(key)));
    }

    @Override
    public void deleteFolder(String folder) {
        S3Errors.ifThere(
                () -> {
                    client
                            .listObjectsV2Paginator(
                                    request -> request.bucket(bucket).prefix(folder + "/"))
                            .stream()
                            .map(page -> page.contents().stream().map(S3BlobStore::id).toList())
                            .filter(keys -> !keys.isEmpty())
                            .forEach(
                                    keys ->
                                            client.deleteObjects(
                                                    request ->
                                                            request.bucket(bucket)
                                                                    .delete(
                                                                            all ->
                                                                                    all.objects(
                                                                                                    keys)
                                                                                            .quiet(
                                                                                                    true))));
                    return folder;
                });
    }

    @Override
    public PresignedUrl presignPut(String key, long size, Duration validity) {
        // The caller goes straight to the store, which makes no bucket for him.
        S3Errors.translated(
                () -> withBucket(() -> client.headBucket(request -> request.bucket(bucket))));
        return S3Clients.url(
                presigner.presignPutObject(
                        presign ->
                                presign.signatureDuration(validity)
                                        .putObjectRequest(
                                                request ->
                                                        request.bucket(bucket)
                                                                .key(key)
                                                                .contentLength(size))));
    }

    @Override
    public PresignedUrl presignGet(String key, String fileName, Duration validity) {
        String safe = fileName.replaceAll("[^A-Za-z0-9._@-]", "_");
        return S3Clients.url(
                presigner.presignGetObject(
                        presign ->
                                presign.signatureDuration(validity)
                                        .getObjectRequest(
                                                request ->
                                                        request.bucket(bucket)
                                                                .key(key)
                                                                .responseContentDisposition(
                                                                        "attachment; filename=\""
                                                                                + safe
                                                                                + "\""))));
    }

    @Override
    public void close() {
        presigner.close();
        client.close();
    }

    private <T> T withBucket(Supplier<T> call) {
        try {
            return call.get();
        } catch (NoSuchBucketException none) {
            S3Clients.makeBucket(client, bucket);
            return call.get();
        }
    }

    private static ObjectIdentifier id(S3Object object) {
        return ObjectIdentifier.builder().key(object.key()).build();
    }

    /** Without a copy of the bytes, which a part has many of. */
    private static RequestBody body(byte[] bytes, int length) {
        return RequestBody.fromContentProvider(
                ContentStreamProvider.fromInputStreamSupplier(
                        () -> new ByteArrayInputStream(bytes, 0, length)),
                length,
                OCTETS);
    }
}

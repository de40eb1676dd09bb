package dev.marmita.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** A certificate and its key as they are in their files at the moment. Not thread-safe. */
final class CertificateFiles {

    private final GatewaySettings.Tls files;
    private byte[] certificate = {};
    private byte[] key = {};

    CertificateFiles(GatewaySettings.Tls files) {
        this.files = files;
    }

    /**
     * What they hold, where that is not what it was the last time.
     *
     * @throws IOException where one cannot be read
     */
    Optional<ServerSSLOptions> changed() throws IOException {
        byte[] newCertificate = read(files.certificate());
        byte[] newKey = read(files.key());
        if (Arrays.equals(certificate, newCertificate) && Arrays.equals(key, newKey)) {
            return Optional.empty();
        }
        certificate = newCertificate;
        key = newKey;
        return Optional.of(
                new ServerSSLOptions()
                        .setUseAlpn(true)
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                        .setKeyCertOptions(
                                new PemKeyCertOptions()
                                        .setCertValue(Buffer.buffer(newCertificate))
                                        .setKeyValue(Buffer.buffer(newKey))));
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException("the certificate's file " + file + " cannot be read", e);
        }
    }
}

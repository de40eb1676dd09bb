package dev.marmita.registry;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A platform in a process of its own, which takes one upload in. Arguments: upload id, seed, size, bytes
 *
 * per chunk, {@code complete} or {@code leave}; its configuration comes as
 * properties on standard input. Prints each offset that it was acknowledged.
 */
public final class UploaderMain {

    private UploaderMain() {}

    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        properties.load(System.in);
        Map<String, Object> settings = new HashMap<>();
        properties.forEach((key, value) -> settings.put(key.toString(), value));
        UUID id = UUID.fromString(args[0]);
        long seed = Long.parseLong(args[1]);
        long size = Long.parseLong(args[2]);
        long chunk = Long.parseLong(args[3]);
        try (ConfigurableApplicationContext context = TestApplication.start(settings)) {
            Uploads uploads = context.getBean(Uploads.class);
            Upload upload = uploads.get(id);
            System.out.println("acknowledged " + upload.offset());
            while (upload.offset() < size) {
                long end = Math.min(size, upload.offset() + chunk);
                upload =
                        uploads.write(
                                id, upload.offset(), Contents.stream(seed, upload.offset(), end));
                System.out.println("acknowledged " + upload.offset());
            }
            if (args[4].equals("complete")) {
                System.out.println(uploads.complete(id).state());
            }
        }
        System.exit(0);
    }

    static Digest hash(InputStream content) throws IOException {
        MessageDigest sha256 = Contents.sha256();
        byte[] buffer = new byte[64 << 10];
        try (content) {
            int count;
            while ((count = content.read(buffer)) >= 0) {
                sha256.update(buffer, 0, count);
            }
        }
        return new Digest(HexFormat.of().formatHex(sha256.digest()));
    }
}

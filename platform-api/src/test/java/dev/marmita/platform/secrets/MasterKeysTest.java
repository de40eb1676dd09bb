package dev.marmita.platform.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.platform.secrets.Envelope.Place;
import dev.marmita.platform.secrets.Envelope.Sealed;
import dev.marmita.routing.TenantId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterKeysTest {

    private static final Place PLACE =
            new Place(new TenantId("acme"), new SecretName("api-key"), 1);
    private static final byte[] VALUE = "hunter2".getBytes(StandardCharsets.UTF_8);

    @TempDir Path folder;

    @Test
    void aNewKeyOnTopSealsAndTheOldOneStillOpens() throws Exception {
        Path old = file(MasterKeys.newFile(new SecureRandom()));
        Sealed sealed = envelope(old).seal(PLACE, VALUE);
        Path both = file(MasterKeys.newFile(new SecureRandom()) + "\n" + Files.readString(old));
        Envelope next = envelope(both);
        assertThat(next.open(PLACE, sealed)).isEqualTo(VALUE);

        Sealed renewed = next.renewed(PLACE, sealed);
        assertThat(renewed.masterKey()).isNotEqualTo(sealed.masterKey());
        assertThat(renewed.content()).isEqualTo(sealed.content());
        assertThat(next.open(PLACE, renewed)).isEqualTo(VALUE);
        assertThatThrownBy(() -> envelope(old).open(PLACE, renewed))
                .isInstanceOf(BrokenSealException.class)
                .hasMessageContaining(renewed.masterKey())
                .hasMessageContaining("marmita.secrets.key-file");
    }

    @Test
    void aSealHoldsForItsPlaceAlone() throws Exception {
        Envelope envelope = envelope(file(MasterKeys.newFile(new SecureRandom())));
        Sealed sealed = envelope.seal(PLACE, VALUE);
        for (Place other :
                new Place[] {
                    new Place(new TenantId("other"), PLACE.name(), 1),
                    new Place(PLACE.tenant(), new SecretName("other"), 1),
                    new Place(PLACE.tenant(), PLACE.name(), 2)
                }) {
            assertThatThrownBy(() -> envelope.open(other, sealed))
                    .isInstanceOf(BrokenSealException.class);
        }
        for (int i : new int[] {0, 12, sealed.content().length - 1}) {
            byte[] changed = sealed.content().clone();
            changed[i] ^= 1;
            assertThatThrownBy(
                            () ->
                                    envelope.open(
                                            PLACE,
                                            new Sealed(changed, sealed.key(), sealed.masterKey())))
                    .isInstanceOf(BrokenSealException.class);
        }
        assertThatThrownBy(
                        () ->
                                envelope.open(
                                        PLACE,
                                        new Sealed(new byte[5], sealed.key(), sealed.masterKey())))
                .isInstanceOf(BrokenSealException.class);
        assertThat(envelope.seal(PLACE, VALUE).content()).isNotEqualTo(sealed.content());
    }

    @Test
    void aFileThatCannotBeUsedIsNamedWithItsPropertyAndNotWithItsContent() throws IOException {
        assertThatThrownBy(() -> MasterKeys.read(folder.resolve("none")))
                .isInstanceOf(MasterKeyException.class)
                .hasMessageContaining("marmita.secrets.key-file=" + folder.resolve("none"));
        for (String wrong :
                new String[] {"", "# only words\n", "hunter2 hunter2", "aHVudGVyMg=="}) {
            Path file = file(wrong);
            assertThatThrownBy(() -> MasterKeys.read(file))
                    .isInstanceOf(MasterKeyException.class)
                    .hasMessageContaining("openssl rand -base64 32")
                    .hasMessageNotContaining("hunter2")
                    .hasMessageNotContaining("aHVudGVyMg");
        }
    }

    private Path file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "keys", ".txt"), text);
    }

    private static Envelope envelope(Path keys) {
        return new Envelope(MasterKeys.read(keys), new SecureRandom());
    }
}

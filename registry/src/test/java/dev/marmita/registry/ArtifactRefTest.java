package dev.marmita.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArtifactRefTest {

    @Test
    void readsTheThreeForms() {
        assertThat(ArtifactRef.parse("ppocr-det@12"))
                .isEqualTo(new ArtifactRef.Numbered("ppocr-det", 12));
        assertThat(ArtifactRef.parse("ppocr-det:production"))
                .isEqualTo(new ArtifactRef.Labelled("ppocr-det", "production"))
                .hasToString("ppocr-det:production");
        assertThat(ArtifactRef.parse("ppocr-det")).hasToString("ppocr-det:latest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "@",
                "a@",
                "a@0",
                "a@01",
                "a@-1",
                "a@1.5",
                "a@99999999999",
                "a:",
                ":b",
                "a:b:c",
                "a:b@1",
                "a@1:b",
                "A",
                "a b",
                "a\n"
            })
    void refusesEverythingElse(String text) {
        assertThatExceptionOfType(RegistryException.InvalidArgument.class)
                .isThrownBy(() -> ArtifactRef.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256:", "sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e"})
    void refusesWhatIsNoDigest(String text) {
        assertThatExceptionOfType(RegistryException.InvalidArgument.class)
                .isThrownBy(() -> Digest.parse(text));
    }
}

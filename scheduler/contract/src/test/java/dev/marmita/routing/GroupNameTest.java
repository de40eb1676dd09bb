package dev.marmita.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GroupNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/clientes/acme/leitores",
                "leitores",
                "/a",
                "a",
                "/São Paulo/Área 1",
                "a/b"
            })
    void takesPathsAndNames(String name) {
        assertThat(new GroupName(name).value()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "/", "//", "/a/", "/a//b", " a", "a ", "a\nb", "\0", "a\u00a0"})
    void refusesWhatNoProviderSays(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new GroupName(name));
    }

    @Test
    void refusesNamesWithoutEnd() {
        assertThat(new GroupName("x".repeat(255)).value()).hasSize(255);
        assertThatIllegalArgumentException().isThrownBy(() -> new GroupName("x".repeat(256)));
    }
}

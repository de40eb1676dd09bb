package dev.marmita.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.service.BadInputException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageSelectionTest {

    @Test
    void takesAllPagesOfASmallDocument() {
        assertThat(PageSelection.of(Optional.empty(), 3, 10)).isEqualTo(List.of(0, 1, 2));
    }

    @Test
    void namesTheLimitToALargeDocument() {
        assertThatThrownBy(() -> PageSelection.of(Optional.empty(), 10_000, 200))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("10000 pages")
                .hasMessageContaining("at most 200");
    }

    @Test
    void readsSomePagesOfALargeDocument() {
        assertThat(PageSelection.of(Optional.of("7, 2-3,3"), 10_000, 200))
                .isEqualTo(List.of(1, 2, 6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "4", "2-1", "a", "1-", "1-3,9", "-1", ",", "1-999999999"})
    void refusesWhatAreNoPages(String pages) {
        assertThatThrownBy(() -> PageSelection.of(Optional.of(pages), 3, 200))
                .isInstanceOf(BadInputException.class);
    }

    @Test
    void refusesMorePagesThanTheLimit() {
        assertThatThrownBy(() -> PageSelection.of(Optional.of("1-300"), 1000, 200))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("at most 200");
        assertThatThrownBy(() -> PageSelection.of(Optional.of("1-150,300-450"), 1000, 200))
                .isInstanceOf(BadInputException.class);
    }
}

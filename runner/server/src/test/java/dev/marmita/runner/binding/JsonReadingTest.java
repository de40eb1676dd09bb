package dev.marmita.runner.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.service.BadInputException;
import dev.marmita.service.Content;
import dev.marmita.service.Field;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonReadingTest {

    enum Colour {
        RED,
        BLUE
    }

    record Inner(int a, List<Inner> more) {
        Inner {
            if (a == 13) {
                throw new IllegalArgumentException("a must not be unlucky");
            }
        }
    }

    record All(
            String text,
            boolean flag,
            byte small,
            long large,
            float single,
            double wide,
            BigDecimal exact,
            Colour colour,
            LocalDate date,
            Content file,
            Set<String> set,
            Map<String, Integer> map,
            Object any,
            Inner inner,
            @Nullable String nullable,
            Optional<Integer> optional) {}

    private static final String WHOLE =
            """
            {"text":"olá","flag":true,"small":-128,"large":9007199254740993,"single":0.1,"wide":1e-300,
             "exact":123456789012345678901234567890.5,"colour":"RED","date":"2026-02-28","file":"aGk=",
             "set":["b","a","b"],"map":{"x":1},"any":{"k":[1,2.5,null,"s",false]},
             "inner":{"a":1,"more":[{"a":2,"more":[]}]},"nullable":null,"optional":7}
            """;

    @Test
    void readsEveryKindOfField() {
        All all = (All) read(All.class, WHOLE);

        assertThat(all.text()).isEqualTo("olá");
        assertThat(all.flag()).isTrue();
        assertThat(all.small()).isEqualTo((byte) -128);
        assertThat(all.large()).isEqualTo(9007199254740993L);
        assertThat(all.single()).isEqualTo(0.1f);
        assertThat(all.wide()).isEqualTo(1e-300);
        assertThat(all.exact()).isEqualByComparingTo("123456789012345678901234567890.5");
        assertThat(all.colour()).isEqualTo(Colour.RED);
        assertThat(all.date()).isEqualTo(LocalDate.of(2026, 2, 28));
        assertThat(new String(all.file().toByteArray(), StandardCharsets.UTF_8)).isEqualTo("hi");
        assertThat(all.set()).containsExactly("b", "a");
        assertThat(all.map()).isEqualTo(Map.of("x", 1));
        assertThat(all.any()).isInstanceOf(Map.class);
        assertThat(all.inner().more().getFirst().a()).isEqualTo(2);
        assertThat(all.nullable()).isNull();
        assertThat(all.optional()).contains(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"text\":\"olá\"| \"text\":7| text| must be a string",
                "\"text\":\"olá\"| \"text\":null| text| is required",
                "\"text\":\"olá\"| \"text\":\"a\",\"text\":\"b\"| text| is given twice",
                "\"text\":\"olá\"| \"text\":\"a\",\"txt\":\"b\"| txt| is not known",
                "\"flag\":true| \"flag\":\"true\"| flag| must be true or false",
                "\"small\":-128| \"small\":128| small| from -128 to 127",
                "\"small\":-128| \"small\":1.5| small| must be an integer",
                "9007199254740993| 99999999999999999999| large| must be an integer from",
                "\"single\":0.1| \"single\":1e39| single| too large",
                "\"single\":0.1| \"single\":\"0.1\"| single| must be a number",
                "\"RED\"| \"red\"| colour| must be one of [RED, BLUE]",
                "2026-02-28| 2026-02-30| date| format date",
                "aGk=| aGk*| file| must be base64",
                "[\"b\",\"a\",\"b\"]| [\"b\",1]| set[1]| must be a string",
                "{\"x\":1}| {\"x\":null}| map.x| must not be null",
                "{\"a\":2,\"more\":[]}| {\"a\":2}| inner.more[0].more| is required",
                "{\"a\":2,\"more\":[]}| {\"a\":13,\"more\":[]}| inner.more[0]| unlucky",
                "{\"a\":2,\"more\":[]}| 5| inner.more[0]| must be an object",
            })
    void namesTheFieldAtFault(String part, String instead, String field, String message) {
        assertThat(WHOLE).contains(part);

        assertThatThrownBy(() -> read(All.class, WHOLE.replace(part, instead)))
                .isInstanceOfSatisfying(
                        BadInputException.class,
                        e -> {
                            assertThat(e.field()).contains(field);
                            assertThat(e).hasMessageContaining(message);
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{| line 1",
                "{\"a\":1| not valid JSON",
                "{\"a\":1,\"more\":[]} {}| more than one",
                "``| no JSON",
                "[]| must be an object",
                "{\"a\":1,}| not valid JSON"
            })
    void refusesWhatIsNotOneJsonObject(String json, String message) {
        assertThatThrownBy(() -> read(Inner.class, json))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message);
    }

    record Deep(Object value) {}

    @Test
    void refusesAHundredThousandLevels() {
        String json = "{\"value\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertThatThrownBy(() -> read(Deep.class, json))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("nesting depth");
    }

    @Test
    void takesTheMediaTypeOfADataUrlAndChecksIt() {
        record Picture(@Field(accept = "image/*") Content file) {}

        Picture picture =
                (Picture) read(Picture.class, "{\"file\":\"data:image/png;base64,aGk=\"}");

        assertThat(picture.file().mediaType()).isEqualTo("image/png");
        assertThatThrownBy(() -> read(Picture.class, "{\"file\":\"data:text/html;base64,aGk=\"}"))
                .hasMessageContaining("field 'file' must be image/*");
    }

    @Test
    void refusesTypesThatHaveNoShape() {
        record Bad(List<Thread> threads) {}

        assertThatThrownBy(() -> Shape.shapes().of(Bad.class))
                .isInstanceOf(Shape.UnsupportedTypeException.class)
                .hasMessageContaining("Bad.threads")
                .hasMessageContaining("java.lang.Thread");
    }

    static Object read(Class<?> type, String json) {
        try {
            Shape shape = Shape.shapes().of(type);
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            try (var parser = new Json(1 << 20).parser(bytes, 0, bytes.length)) {
                return JsonReading.document(parser, shape);
            }
        } catch (Shape.UnsupportedTypeException e) {
            throw new AssertionError(e);
        }
    }
}

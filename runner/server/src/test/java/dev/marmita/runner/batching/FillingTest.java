package dev.marmita.runner.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.runner.batching.Padding.Pad;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Signature;
import dev.marmita.service.Signature.Port;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FillingTest {

    private static Signature signature(ElementKind kind, Long... shape) {
        return new Signature(
                List.of(
                        new Port("x", kind, List.of(shape)),
                        new Port("mask", ElementKind.INT64, List.of(-1L, -1L))),
                List.of(new Port("y", ElementKind.FP32, List.of(-1L, 3L))));
    }

    @Test
    void fillsUpTheEndOfAnAxisInTheMiddle() {
        Filling filling =
                new Filling(
                        new Padding(Map.of("x", new Pad(2, 9))),
                        signature(ElementKind.FP32, -1L, 2L, -1L, 2L));
        Tensor tensor = Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 1, 2, 2, 2);
        ByteBuf to = Unpooled.buffer();

        filling.write("x", tensor, 3, to);

        assertThat(floats(to)).containsExactly(1f, 2f, 3f, 4f, 9f, 9f, 5f, 6f, 7f, 8f, 9f, 9f);
        assertThat(filling.shape("x", tensor.shape(), 3)).containsExactly(1, 2, 3, 2);
        assertThat(filling.shape("mask", new long[] {1, 2}, 3)).containsExactly(1, 2);
    }

    private static List<Float> floats(ByteBuf buffer) {
        List<Float> floats = new ArrayList<>();
        var data = buffer.nioBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
        while (data.hasRemaining()) {
            floats.add(data.get());
        }
        return floats;
    }

    @ParameterizedTest
    @EnumSource(value = ElementKind.class, mode = EnumSource.Mode.EXCLUDE, names = "BYTES")
    void fillsUpWithOneOfEveryKind(ElementKind kind) {
        Filling filling =
                new Filling(new Padding(Map.of("x", new Pad(1, 1))), signature(kind, -1L, -1L));
        Tensor tensor = Tensor.of(kind, Tensor.allocate(kind.size()), 1, 1);
        ByteBuf to = Unpooled.buffer();

        filling.write("x", tensor, 2, to);

        assertThat(to.readableBytes()).isEqualTo(2 * kind.size());
        var one = to.nioBuffer(kind.size(), kind.size()).order(ByteOrder.nativeOrder());
        double value =
                switch (kind) {
                    case FP16 -> Float.float16ToFloat(one.getShort());
                    case BF16 -> Float.intBitsToFloat(one.getShort() << 16);
                    case FP32 -> one.getFloat();
                    case FP64 -> one.getDouble();
                    default ->
                            switch (kind.size()) {
                                case 1 -> one.get();
                                case 2 -> one.getShort();
                                case 4 -> one.getInt();
                                default -> one.getLong();
                            };
                };
        assertThat(value).isEqualTo(1);
    }

    @Test
    void knowsTheLengthThatInputsHaveInCommon() {
        Signature signature = signature(ElementKind.FP32, -1L, -1L, 4L);
        Filling filling =
                new Filling(
                        new Padding(Map.of("x", new Pad(1, 0), "mask", new Pad(1, 0))), signature);

        var width = filling.width(keyed(signature, 2, 5, 5)).orElseThrow();

        assertThat(width.length()).isEqualTo(5);
        assertThat(width.bytesOfLength()).isEqualTo(2 * (4 * 4 + 8));
        assertThat(width.family())
                .isEqualTo(filling.width(keyed(signature, 1, 7, 7)).orElseThrow().family());
        assertThat(filling.width(keyed(signature, 2, 5, 6))).isEmpty();
    }

    private static BatchKey.Keyed keyed(Signature signature, int rows, int length, int mask) {
        return BatchKey.of(
                        signature,
                        Map.of(
                                "x",
                                Tensor.ofFloats(new float[rows * length * 4], rows, length, 4),
                                "mask",
                                Tensor.ofLongs(new long[rows * mask], rows, mask)))
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "z| 1| 0| padding names the input 'z'; the model's inputs are [x, mask]",
                "x| 3| 0| there is no axis 3 behind the batch",
                "x| 2| 0| axis 2 has the fixed length 4",
                "mask| 1| 0.5| 0.5 is no value of INT64",
            })
    void saysWhatDoesNotFit(String input, int axis, double value, String message) {
        assertThatThrownBy(
                        () ->
                                new Filling(
                                        new Padding(Map.of(input, new Pad(axis, value))),
                                        signature(ElementKind.FP32, -1L, -1L, 4L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void cutsAnOutputAlongSeveralAxes() {
        float[] values = new float[2 * 3 * 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        List<ByteBuf> memory = new ArrayList<>();

        Tensor cut =
                Cut.of(
                        Tensor.ofFloats(values, 2, 3, 4),
                        new long[] {2, 2, 3},
                        UnpooledByteBufAllocator.DEFAULT,
                        memory::add);

        assertThat(cut.shape()).containsExactly(2, 2, 3);
        assertThat(floats(memory.getFirst()))
                .containsExactly(0f, 1f, 2f, 4f, 5f, 6f, 12f, 13f, 14f, 16f, 17f, 18f);
        memory.forEach(ByteBuf::release);
        assertThatThrownBy(
                        () ->
                                Cut.of(
                                        Tensor.ofFloats(values, 2, 3, 4),
                                        new long[] {2, 4, 3},
                                        UnpooledByteBufAllocator.DEFAULT,
                                        memory::add))
                .hasMessageContaining("has not in it [2, 4, 3]");
    }
}

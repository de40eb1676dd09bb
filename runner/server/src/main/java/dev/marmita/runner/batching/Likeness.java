package dev.marmita.runner.batching;

import dev.marmita.service.ElementKind;
import dev.marmita.service.Tensor;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** Whether two outputs are the same but for the rounding of another order of additions. */
final class Likeness {

    private static final double RELATIVE = 1e-3;

    /** Of the largest element: what cancels out in a sum leaves the rounding of the large ones. */
    private static final double ABSOLUTE = 1e-5;

    private static final double HALF_RELATIVE = 1e-2;
    private static final double HALF_ABSOLUTE = 2e-3;

    private Likeness() {}

    static boolean same(Tensor one, Tensor other) {
        if (one.kind() != other.kind() || !Arrays.equals(one.shape(), other.shape())) {
            return false;
        }
        return switch (one.kind()) {
            case FP32 -> {
                FloatBuffer a = one.data().asFloatBuffer();
                FloatBuffer b = other.data().asFloatBuffer();
                yield reals(b.limit(), a::get, b::get);
            }
            case FP64 -> {
                DoubleBuffer a = one.data().asDoubleBuffer();
                DoubleBuffer b = other.data().asDoubleBuffer();
                yield reals(b.limit(), a::get, b::get);
            }
            case FP16, BF16 -> halves(one, other);
            case BYTES -> false;
            case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 ->
                    one.data().mismatch(other.data()) < 0;
        };
    }

    private static boolean reals(int count, IntToDoubleFunction one, IntToDoubleFunction other) {
        double scale = 0;
        for (int i = 0; i < count; i++) {
            scale = Math.max(scale, finite(other.applyAsDouble(i)));
        }
        for (int i = 0; i < count; i++) {
            if (!near(one.applyAsDouble(i), other.applyAsDouble(i), RELATIVE, ABSOLUTE * scale)) {
                return false;
            }
        }
        return true;
    }

    private static double finite(double value) {
        return Double.isFinite(value) ? Math.abs(value) : 0;
    }

    private static boolean halves(Tensor one, Tensor other) {
        boolean brain = one.kind() == ElementKind.BF16;
        ByteBuffer a = one.data();
        ByteBuffer b = other.data();
        while (a.hasRemaining()) {
            short left = a.getShort();
            short right = b.getShort();
            double x = brain ? brain(left) : Float.float16ToFloat(left);
            double y = brain ? brain(right) : Float.float16ToFloat(right);
            if (!near(x, y, HALF_RELATIVE, HALF_ABSOLUTE)) {
                return false;
            }
        }
        return true;
    }

    private static float brain(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    private static boolean near(double one, double other, double relative, double absolute) {
        return one == other
                || (Double.isNaN(one) && Double.isNaN(other))
                || Math.abs(one - other)
                        <= absolute + relative * Math.max(Math.abs(one), Math.abs(other));
    }
}

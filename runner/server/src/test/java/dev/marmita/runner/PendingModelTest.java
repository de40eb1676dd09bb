package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.marmita.runner.StartFailedException.Reason;
import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import dev.marmita.service.Api;
import dev.marmita.service.Model;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Slot;
import dev.marmita.service.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services are constructed while their models open. */
class PendingModelTest {

    @TempDir Path home;

    /** Uses its model at once. */
    public static final class Eager {
        private final int inputs;
        private final float squared;
        private final Map<String, String> metadata;
        private final String name;

        public Eager(@Slot("model") Model model) {
            this.name = model.name() + "@" + model.version();
            this.inputs = model.signature().inputs().size();
            this.metadata = model.metadata();
            try (ModelResult result = model.run(Tensor.ofFloats(new float[] {3}, 1, 1))) {
                this.squared = result.first().floats().get(0);
            }
        }

        @Api
        public Map<String, String> seen() {
            return Map.of(
                    "seen", name + " " + inputs + " " + squared + " " + metadata.get("made-by"));
        }
    }

    /** Never asks its model. */
    public static final class Careless {
        public Careless(@Slot("model") Model model) {}

        @Api
        public String nothing() {
            return "";
        }
    }

    private TestRunner start(Class<?> service, Path model) throws Exception {
        return new TestRunner.Setup(home, TestBundle.of(home.resolve("b"), service, "model"))
                .model("model", "square", "1", model)
                .start();
    }

    @Test
    void waitsUntilItIsOpenWhereAServiceUsesItAtOnce() throws Exception {
        try (TestRunner runner = start(Eager.class, TinyOnnx.square(home.resolve("s.onnx")))) {
            assertThat(runner.json("/seen", "{}").body())
                    .isEqualTo("{\"seen\":\"square@1 1 9.0 a test\"}");
        }
    }

    @Test
    void isTheReasonOfAFailureWhetherItsServiceMindsOrNot() throws Exception {
        Path broken = Files.writeString(home.resolve("broken.onnx"), "no model");

        for (Class<?> service : new Class<?>[] {Eager.class, Careless.class}) {
            StartFailedException failure =
                    catchThrowableOfType(
                            StartFailedException.class, () -> start(service, broken).close());
            assertThat(failure.reason()).isEqualTo(Reason.MODEL_INVALID);
            assertThat(failure)
                    .hasMessageContaining("slot 'model': model square@1 cannot be opened");
        }
    }
}

package dev.marmita.runner.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.runner.testing.TinyOnnx;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceTest {

    @Test
    void isTheProcessorUnlessOneAsksForMore() {
        assertThat(Device.of(Map.of())).isEqualTo(Device.CPU);
        assertThat(Device.of(Map.of("MARMITA_DEVICE", "CPU"))).isEqualTo(Device.CPU);
    }

    @Test
    void takesTheNumberTheMemoryAndTheArenaOfACudaDevice() {
        assertThat(Device.of(Map.of("MARMITA_DEVICE", "cuda")))
                .isEqualTo(
                        new Device(
                                OptionalInt.of(0),
                                Map.of("arena_extend_strategy", "kSameAsRequested")));
        assertThat(
                        Device.of(
                                Map.of(
                                        "MARMITA_DEVICE",
                                        "cuda:2",
                                        "MARMITA_DEVICE_MEMORY",
                                        "3Gi",
                                        "MARMITA_DEVICE_ARENA",
                                        "double")))
                .isEqualTo(
                        new Device(
                                OptionalInt.of(2),
                                Map.of(
                                        "gpu_mem_limit",
                                        "3221225472",
                                        "arena_extend_strategy",
                                        "kNextPowerOfTwo")));
    }

    @Test
    void saysWhatItDoesNotUnderstand() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Device.of(Map.of("MARMITA_DEVICE", "tpu")))
                .withMessage("MARMITA_DEVICE must be cpu, cuda or cuda:<number>, not tpu");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                Device.of(
                                        Map.of(
                                                "MARMITA_DEVICE",
                                                "cuda",
                                                "MARMITA_DEVICE_MEMORY",
                                                "lots")))
                .withMessageContaining("MARMITA_DEVICE_MEMORY must be a size");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                Device.of(
                                        Map.of(
                                                "MARMITA_DEVICE",
                                                "cuda",
                                                "MARMITA_DEVICE_ARENA",
                                                "huge")))
                .withMessageContaining("MARMITA_DEVICE_ARENA must be exact or double");
    }

    @Test
    void opensNothingWhereTheDeviceIsMissing(@TempDir Path folder) {
        Path file = TinyOnnx.identity(folder.resolve("x.onnx"), TinyOnnx.Type.FP32, 1);
        OnnxOptions options = OnnxOptions.of(1).on(Device.of(Map.of("MARMITA_DEVICE", "cuda")));

        assertThatThrownBy(
                        () -> OnnxModel.open(new ModelSource("x", "1", "sha256:x", file), options))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageStartingWith("CUDA device 0");
    }
}

package dev.marmita.runner.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.marmita.runner.testing.TinyOnnx;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Failed to load library /d/native/libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open shared object file: No such file or directory | the library libcublasLt.so.12 is missing on this machine",
                "Failed to load library /d/native/libonnxruntime_providers_cuda.so with error: libcuda.so.1: cannot open shared object file: No such file or directory | NVIDIA's driver is missing on this machine: there is no libcuda.so.1",
                "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1 | NVIDIA's driver is missing on this machine, or older than CUDA wants it",
                "CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 | this machine has no such device",
                "CUDA failure 101: invalid device ordinal ; GPU=1 | this machine has no device of that number",
                "something that nobody foresaw | something that nobody foresaw",
            })
    void saysWhatIsMissing(String failure, String words) {
        Device device = Device.of(Map.of("MARMITA_DEVICE", "cuda:1"));

        assertThat(device.unavailable(new OrtException(failure)))
                .hasMessageStartingWith("CUDA device 1 cannot be used: " + words);
    }
}

package dev.marmita.runner.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What models run on. A device that is asked for is used or the start fails: nothing falls back to the
 * processor in silence.
 *
 * @param cuda number of the CUDA device; empty: the processor
 * @param options of ONNX Runtime's CUDA provider
 */
public record Device(OptionalInt cuda, Map<String, String> options) {

    /** The processor. */
    public static final Device CPU = new Device(OptionalInt.empty(), Map.of());

    private static final String DEVICE = "MARMITA_DEVICE";
    private static final String MEMORY = "MARMITA_DEVICE_MEMORY";
    private static final String ARENA = "MARMITA_DEVICE_ARENA";
    private static final Pattern CUDA = Pattern.compile("cuda(?::([0-9]{1,3}))?");
    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,8})(Mi|Gi)");

    private static final Pattern MISSING_LIBRARY =
            Pattern.compile("([^\\s:/]+\\.so[.0-9]*): cannot open shared object file");

    public Device {
        options = Map.copyOf(options);
    }

    /**
     * Reads {@code MARMITA_DEVICE} (cpu, cuda, cuda:1), {@code MARMITA_DEVICE_MEMORY} (512Mi, 4Gi: the most
     * that one model's session takes) and {@code MARMITA_DEVICE_ARENA} (exact: grow by what is needed;
     * double: by powers of two).
     *
     * @throws IllegalArgumentException saying which of them is not understood
     */
    public static Device of(Map<String, String> env) {
        String name = env.getOrDefault(DEVICE, "cpu").toLowerCase(Locale.ROOT);
        if (name.equals("cpu")) {
            return CPU;
        }
        Matcher cuda = CUDA.matcher(name);
        if (!cuda.matches()) {
            throw new IllegalArgumentException(
                    DEVICE + " must be cpu, cuda or cuda:<number>, not " + name);
        }
        Map<String, String> options = new LinkedHashMap<>();
        if (env.containsKey(MEMORY)) {
            options.put("gpu_mem_limit", Long.toString(bytes(env.getOrDefault(MEMORY, ""))));
        }
        options.put("arena_extend_strategy", arena(env.getOrDefault(ARENA, "exact")));
        int number = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
        return new Device(OptionalInt.of(number), options);
    }

    private static long bytes(String size) {
        Matcher matcher = SIZE.matcher(size);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    MEMORY + " must be a size such as 512Mi or 4Gi, not " + size);
        }
        return Long.parseLong(matcher.group(1)) << (matcher.group(2).equals("Gi") ? 30 : 20);
    }

    private static String arena(String name) {
        return switch (name) {
            case "exact" -> "kSameAsRequested";
            case "double" -> "kNextPowerOfTwo";
            default ->
                    throw new IllegalArgumentException(
                            ARENA + " must be exact or double, not " + name);
        };
    }

    /** Makes a session with these settings run here. */
    void apply(OrtSession.SessionOptions settings) {
        if (cuda.isEmpty()) {
            return;
        }
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new DeviceUnavailableException(
                    this
                            + " is asked for, but this runner was built without CUDA (build it with -Pgpu)");
        }
        try (var provider = new OrtCUDAProviderOptions(cuda.getAsInt())) {
            for (Map.Entry<String, String> option : options.entrySet()) {
                provider.add(option.getKey(), option.getValue());
            }
            settings.addCUDA(provider);
        } catch (OrtException e) {
            throw unavailable(e);
        }
    }

    /** Whether an opening failed for this device and not for its model. */
    boolean isAtFault(OrtException failure) {
        String message = String.valueOf(failure.getMessage()).toUpperCase(Locale.ROOT);
        return cuda.isPresent() && (message.contains("CUDA") || message.contains("CUDNN"));
    }

    /** Says what is missing, as far as ONNX Runtime's message lets one know. */
    DeviceUnavailableException unavailable(OrtException failure) {
        return new DeviceUnavailableException(
                this + " cannot be used: " + reason(String.valueOf(failure.getMessage())));
    }

    private static String reason(String message) {
        Matcher library = MISSING_LIBRARY.matcher(message);
        if (library.find()) {
            if (library.group(1).startsWith("libcuda.so")) {
                return "NVIDIA's driver is missing on this machine: there is no "
                        + library.group(1);
            }
            return "the library "
                    + library.group(1)
                    + " is missing on this machine (CUDA and cuDNN, in the versions that this ONNX"
                    + " Runtime wants, bring it)";
        }
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("driver version is insufficient")) {
            return "NVIDIA's driver is missing on this machine, or older than CUDA wants it";
        }
        if (lower.contains("no cuda-capable device")) {
            return "this machine has no such device, or does not show it to this process";
        }
        if (lower.contains("invalid device ordinal")) {
            return "this machine has no device of that number";
        }
        return message;
    }

    @Override
    public String toString() {
        return cuda.isEmpty() ? "cpu" : "CUDA device " + cuda.getAsInt();
    }
}

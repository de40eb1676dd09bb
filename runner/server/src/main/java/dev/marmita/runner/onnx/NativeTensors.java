package dev.marmita.runner.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Tensors of ONNX Runtime over memory that is already there.
 *
 * <p>ONNX Runtime's Java API copies every output into the heap and cannot make a UINT16, UINT32 or UINT64
 * input at all, though its native half does both. The members reached here by method handle are those of
 * the pinned version; {@code OnnxModelTest} fails first when an upgrade moves them.
 */
final class NativeTensors {

    private final OrtEnvironment environment;
    private final long api;
    private final long allocator;
    private final MethodHandle createFromBuffer;
    private final MethodHandle construct;
    private final MethodHandle constructInfo;
    private final MethodHandle buffer;

    NativeTensors(OrtEnvironment environment) {
        this.environment = environment;
        try {
            Class<?> runtime = Class.forName("ai.onnxruntime.OnnxRuntime");
            Class<?> allocatorType = Class.forName("ai.onnxruntime.OrtAllocator");
            MethodHandles.Lookup own = MethodHandles.lookup();
            MethodHandles.Lookup tensors = MethodHandles.privateLookupIn(OnnxTensor.class, own);
            MethodHandles.Lookup environments =
                    MethodHandles.privateLookupIn(OrtEnvironment.class, own);
            api =
                    (long)
                            MethodHandles.privateLookupIn(runtime, own)
                                    .findStaticVarHandle(runtime, "ortApiHandle", long.class)
                                    .get();
            Object defaultAllocator =
                    environments
                            .findVarHandle(OrtEnvironment.class, "defaultAllocator", allocatorType)
                            .get(environment);
            allocator =
                    (long)
                            MethodHandles.privateLookupIn(allocatorType, own)
                                    .findVarHandle(allocatorType, "handle", long.class)
                                    .get(defaultAllocator);
            createFromBuffer =
                    tensors.findStatic(
                            OnnxTensor.class,
                            "createTensorFromBuffer",
                            MethodType.methodType(
                                    long.class,
                                    long.class,
                                    long.class,
                                    Buffer.class,
                                    int.class,
                                    long.class,
                                    long[].class,
                                    int.class));
            construct =
                    tensors.findConstructor(
                            OnnxTensor.class,
                            MethodType.methodType(
                                    void.class,
                                    long.class,
                                    long.class,
                                    TensorInfo.class,
                                    Buffer.class,
                                    boolean.class));
            constructInfo =
                    MethodHandles.privateLookupIn(TensorInfo.class, own)
                            .findConstructor(
                                    TensorInfo.class,
                                    MethodType.methodType(
                                            void.class,
                                            long[].class,
                                            ai.onnxruntime.OnnxJavaType.class,
                                            OnnxTensorType.class));
            buffer =
                    tensors.findVirtual(
                            OnnxTensor.class, "getBuffer", MethodType.methodType(ByteBuffer.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "ONNX Runtime "
                            + environment.getVersion()
                            + " is not the version this was built for",
                    e);
        }
    }

    /** A tensor over the memory of {@code tensor}, which must stay as it is until the result is closed. */
    OnnxTensor wrap(Tensor tensor) throws OrtException {
        if (tensor.kind() == ElementKind.BYTES) {
            return OnnxTensor.createTensor(environment, Strings.decode(tensor), tensor.shape());
        }
        ByteBuffer data = aligned(tensor.data(), tensor.kind().size());
        OnnxTensorType type = ElementTypes.toOnnx(tensor.kind());
        long[] shape = tensor.shape();
        try {
            long handle =
                    (long)
                            createFromBuffer.invokeExact(
                                    api,
                                    allocator,
                                    (Buffer) data,
                                    data.position(),
                                    (long) data.remaining(),
                                    shape,
                                    type.value);
            TensorInfo info =
                    (TensorInfo)
                            constructInfo.invokeExact(
                                    shape,
                                    ai.onnxruntime.OnnxJavaType.mapFromOnnxTensorType(type),
                                    type);
            return (OnnxTensor)
                    construct.invokeExact(handle, allocator, info, (Buffer) data, false);
        } catch (OrtException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** The output as a view of ONNX Runtime's own memory, valid until {@code output} is closed. */
    Tensor view(OnnxTensor output) throws OrtException {
        TensorInfo info = output.getInfo();
        ElementKind kind =
                ElementTypes.fromOnnx(info.onnxType)
                        .orElseThrow(() -> new IllegalStateException("unserved " + info.onnxType));
        long[] shape = info.getShape();
        if (kind == ElementKind.BYTES) {
            return Tensor.ofStrings(Strings.encode(output.getValue()), shape);
        }
        if (info.getNumElements() == 0) {
            return Tensor.of(kind, Tensor.allocate(0), shape);
        }
        try {
            ByteBuffer data = (ByteBuffer) buffer.invokeExact(output);
            return Tensor.of(kind, data.order(ByteOrder.nativeOrder()), shape);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static ByteBuffer aligned(ByteBuffer data, int elementSize) {
        if (data.isDirect()
                && !data.isReadOnly()
                && MemorySegment.ofBuffer(data).address() % elementSize == 0) {
            return data;
        }
        ByteBuffer copy = Tensor.allocate(data.remaining());
        copy.put(data).flip();
        return copy;
    }
}

package dev.marmita.runner.binding;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * A method handle that is made when it is first called. To make those of all records of a service was the
 * longest part of a runner's start, and many of them are never called: nobody makes records of answers.
 * Thread-safe.
 */
final class LateHandle {

    private interface Making {
        MethodHandle make(MethodHandles.Lookup lookup) throws IllegalAccessException;
    }

    private final Making making;
    private volatile @Nullable MethodHandle made;

    private LateHandle(Making making) {
        this.making = making;
    }

    /** Takes all arguments as one array; a service's records need not be public. */
    static LateHandle of(Constructor<?> constructor) {
        constructor.setAccessible(true);
        int arguments = constructor.getParameterCount();
        return new LateHandle(
                lookup ->
                        lookup.unreflectConstructor(constructor)
                                .asSpreader(Object[].class, arguments));
    }

    /** Takes the instance alone. */
    static LateHandle of(Method accessor) {
        accessor.setAccessible(true);
        return new LateHandle(lookup -> lookup.unreflect(accessor));
    }

    MethodHandle get() {
        MethodHandle known = made;
        if (known == null) {
            try {
                known = making.make(MethodHandles.lookup());
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
            made = known;
        }
        return known;
    }
}

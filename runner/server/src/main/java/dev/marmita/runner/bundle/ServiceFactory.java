package dev.marmita.runner.bundle;

import dev.marmita.service.Model;
import dev.marmita.service.ServiceContext;
import dev.marmita.service.Slot;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Constructs a service with its models and its context. */
public final class ServiceFactory {

    private final Manifest manifest;
    private final Constructor<?> constructor;

    /**
     * Checks the constructor against the manifest, without models.
     *
     * @throws BundleInvalidException where a parameter could never be given
     */
    public ServiceFactory(ServiceBundle bundle) throws BundleInvalidException {
        this.manifest = bundle.manifest();
        Constructor<?>[] constructors = bundle.serviceClass().getDeclaredConstructors();
        if (constructors.length != 1) {
            throw new BundleInvalidException(
                    "class "
                            + bundle.serviceClass().getName()
                            + " must have exactly one constructor, not "
                            + constructors.length);
        }
        this.constructor = constructors[0];
        for (Parameter parameter : constructor.getParameters()) {
            check(parameter);
        }
        constructor.setAccessible(true);
    }

    private void check(Parameter parameter) throws BundleInvalidException {
        Slot slot = parameter.getAnnotation(Slot.class);
        if (slot == null) {
            if (parameter.getType() != ServiceContext.class) {
                throw new BundleInvalidException(
                        "constructor parameter "
                                + described(parameter)
                                + " cannot be given: a parameter is a Model with @Slot, or a"
                                + " ServiceContext");
            }
            return;
        }
        Manifest.Slot declared = manifest.slots().get(slot.value());
        if (declared == null) {
            throw new BundleInvalidException(
                    "constructor parameter "
                            + described(parameter)
                            + " names slot '"
                            + slot.value()
                            + "', which "
                            + Manifest.FILE
                            + " does not declare");
        }
        if (isOptionalModel(parameter)) {
            return;
        }
        if (parameter.getType() != Model.class) {
            throw new BundleInvalidException(
                    "constructor parameter "
                            + described(parameter)
                            + " with @Slot must be a Model or an Optional<Model>");
        }
        if (declared.optional()) {
            throw new BundleInvalidException(
                    "constructor parameter "
                            + described(parameter)
                            + " must be an Optional<Model>, for slot '"
                            + slot.value()
                            + "' is optional");
        }
    }

    private static boolean isOptionalModel(Parameter parameter) {
        return parameter.getParameterizedType() instanceof ParameterizedType type
                && type.getRawType() == Optional.class
                && type.getActualTypeArguments()[0] == Model.class;
    }

    private static String described(Parameter parameter) {
        return "'" + parameter.getType().getSimpleName() + " " + parameter.getName() + "'";
    }

    /**
     * Checks that a deployment binds what the service needs and nothing else.
     *
     * @param slots slots that are bound
     * @throws BundleInvalidException naming the slot at fault
     */
    public void checkBindings(Iterable<String> slots) throws BundleInvalidException {
        Map<String, Manifest.Slot> unbound = new LinkedHashMap<>(manifest.slots());
        for (String slot : slots) {
            if (!manifest.slots().containsKey(slot)) {
                throw new BundleInvalidException(
                        "a model is bound to slot '"
                                + slot
                                + "', which service "
                                + manifest.name()
                                + " does not have; it has "
                                + manifest.slots().keySet());
            }
            if (unbound.remove(slot) == null) {
                throw new BundleInvalidException("slot '" + slot + "' is bound twice");
            }
        }
        for (Map.Entry<String, Manifest.Slot> slot : unbound.entrySet()) {
            if (!slot.getValue().optional()) {
                throw new BundleInvalidException(
                        "slot '"
                                + slot.getKey()
                                + "' of service "
                                + manifest.name()
                                + " has no model");
            }
        }
    }

    /**
     * Makes the service.
     *
     * @param models by slot, as checked by {@link #checkBindings}
     * @throws BundleInvalidException where its constructor fails
     */
    public Object create(Map<String, Model> models, ServiceContext context)
            throws BundleInvalidException {
        Parameter[] parameters = constructor.getParameters();
        Object[] arguments = new Object[parameters.length];
        for (int i = 0; i < arguments.length; i++) {
            Slot slot = parameters[i].getAnnotation(Slot.class);
            if (slot == null) {
                arguments[i] = context;
            } else {
                Optional<Model> model = Optional.ofNullable(models.get(slot.value()));
                arguments[i] =
                        parameters[i].getType() == Optional.class ? model : model.orElseThrow();
            }
        }
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof VirtualMachineError error) {
                throw error;
            }
            throw new BundleInvalidException(
                    "the service's constructor failed: " + e.getCause(), e);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new BundleInvalidException("the service cannot be constructed: " + e, e);
        }
    }
}

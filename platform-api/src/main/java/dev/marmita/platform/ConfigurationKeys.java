package dev.marmita.platform;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Knows every key under {@code marmita.}; one that is none of them – a typing error, mostly – fails the start.
 * Variables of the environment are not looked at: the CLI has some of its own there.
 */
final class ConfigurationKeys {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationKeys.class);
    private static final String ROOT = "marmita";

    private final List<Class<?>> features;

    /**
     * @param features records with {@link ConfigurationProperties}
     */
    ConfigurationKeys(List<Class<?>> features) {
        this.features = List.copyOf(features);
    }

    /**
     * @throws StartException names the unknown keys
     */
    void check(ConfigurableEnvironment environment) {
        Set<String> unknown = new TreeSet<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source.getName().equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)
                    || !(source instanceof EnumerablePropertySource<?> enumerable)) {
                continue;
            }
            for (String key : enumerable.getPropertyNames()) {
                if (key.startsWith(ROOT + ".") && !isKnown(key)) {
                    unknown.add(key);
                }
            }
        }
        if (!unknown.isEmpty()) {
            throw new StartException(
                    "unknown configuration: "
                            + String.join(", ", unknown)
                            + " (docs/configuration.md has every key)");
        }
        LOG.debug("configuration keys are known");
    }

    /** Every key, as in files; {@code *} stands for a name of the user's. */
    List<String> all() {
        return features.stream()
                .flatMap(feature -> keys(prefix(feature).toString(), feature))
                .sorted()
                .distinct()
                .toList();
    }

    private static Stream<String> keys(String prefix, Type type) {
        Class<?> raw = raw(type);
        if (raw == Optional.class) {
            return keys(prefix, argument(type, 0));
        }
        if (Map.class.isAssignableFrom(raw)) {
            return keys(prefix + ".*", argument(type, 1));
        }
        if (!raw.isRecord()) {
            return Stream.of(prefix);
        }
        return Stream.of(raw.getRecordComponents())
                .flatMap(
                        component ->
                                keys(
                                        prefix + "." + kebab(component.getName()),
                                        component.getGenericType()));
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static ConfigurationPropertyName prefix(Class<?> feature) {
        ConfigurationProperties annotation =
                AnnotatedElementUtils.findMergedAnnotation(feature, ConfigurationProperties.class);
        return ConfigurationPropertyName.of(annotation == null ? ROOT : annotation.value());
    }

    private boolean isKnown(String key) {
        ConfigurationPropertyName name = ConfigurationPropertyName.ofIfValid(key);
        if (name == null) {
            name = ConfigurationPropertyName.adapt(key, '.');
        }
        for (Class<?> feature : features) {
            ConfigurationPropertyName prefix = prefix(feature);
            if (prefix.isAncestorOf(name) && knows(feature, name, prefix.getNumberOfElements())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the elements of the name from {@code depth} on lead to a value of the type. */
    private static boolean knows(Type type, ConfigurationPropertyName name, int depth) {
        Class<?> raw = raw(type);
        boolean atEnd = depth == name.getNumberOfElements();
        if (raw == Optional.class) {
            return knows(argument(type, 0), name, depth);
        }
        if (Map.class.isAssignableFrom(raw)) {
            return !atEnd && knows(argument(type, 1), name, depth + 1);
        }
        if (Collection.class.isAssignableFrom(raw)) {
            return atEnd
                    || (name.isNumericIndex(depth) && knows(argument(type, 0), name, depth + 1));
        }
        if (!raw.isRecord()) {
            return atEnd;
        }
        if (atEnd) {
            return false;
        }
        @Nullable Type component =
                component(raw, name.getElement(depth, ConfigurationPropertyName.Form.UNIFORM));
        return component != null && knows(component, name, depth + 1);
    }

    private static @Nullable Type component(Class<?> type, String uniform) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getName().toLowerCase(Locale.ROOT).equals(uniform)) {
                return component.getGenericType();
            }
        }
        return null;
    }

    private static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic -> (Class<?>) generic.getRawType();
            default -> Object.class;
        };
    }

    private static Type argument(Type type, int index) {
        return type instanceof ParameterizedType generic
                ? generic.getActualTypeArguments()[index]
                : Object.class;
    }
}

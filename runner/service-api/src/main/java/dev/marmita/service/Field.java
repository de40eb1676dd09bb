package dev.marmita.service;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a component of an input or output record. A component that is not {@code @Nullable} and
 * not {@link java.util.Optional} is required in the request.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Field {

    /** One sentence for the schema and the try-it page. */
    String value() default "";

    /** For a {@link Content} component: the accepted media types, {@code image/*} style wildcards allowed; empty: any. */
    String[] accept() default {};
}

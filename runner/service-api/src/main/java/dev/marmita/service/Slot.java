package dev.marmita.service;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the model slot of {@code service.yaml} whose bound {@link Model} this constructor parameter receives. */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Slot {
    /** The slot's name, as in {@code service.yaml}. */
    String value();
}

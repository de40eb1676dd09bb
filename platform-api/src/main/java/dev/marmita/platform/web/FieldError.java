package dev.marmita.platform.web;

/**
 * What is wrong with one field.
 *
 * @param field path in the request ({@code resources.memory}, {@code models[2].name}); empty for the whole
 */
public record FieldError(String field, String message) {}

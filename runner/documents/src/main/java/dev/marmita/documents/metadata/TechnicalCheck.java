package dev.marmita.documents.metadata;

import java.util.Optional;

/**
 * One requirement of Anexo I.
 *
 * @param ok empty where the file does not tell
 */
public record TechnicalCheck(
        String name,
        String label,
        String required,
        String found,
        Optional<Boolean> ok,
        String explanation) {}

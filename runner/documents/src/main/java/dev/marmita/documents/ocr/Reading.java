package dev.marmita.documents.ocr;

/**
 * What the recogniser read in a crop.
 *
 * @param confidence mean probability of its characters, 0 to 1; 0 where nothing was read
 */
record Reading(String text, double confidence) {}

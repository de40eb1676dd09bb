/** Text detection, orientation and recognition with PP-OCR shaped models. */
@NullMarked
package dev.marmita.documents.ocr;

import org.jspecify.annotations.NullMarked;

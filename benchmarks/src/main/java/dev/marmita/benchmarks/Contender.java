package dev.marmita.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** A program that reads pages. */
interface Contender extends AutoCloseable {

    String name();

    /** The text lines of an image file; decoding the file is part of the work. */
    List<String> read(Path image);

    @Override
    default void close() {}
}

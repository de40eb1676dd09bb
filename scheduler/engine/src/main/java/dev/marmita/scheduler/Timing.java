package dev.marmita.scheduler;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Time and chance, for those who need both. */
record Timing(InstantSource clock, RandomGenerator random) {}

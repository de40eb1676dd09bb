/**
 * The parts that Marmita starts by itself so that one machine needs nothing installed: a PostgreSQL server as a
 * supervised child process, and an S3 server inside this JVM. Both listen on the loopback address only, keep all
 * their state in one folder and refuse to share it with another process.
 */
@NullMarked
package dev.marmita.embedded;

import org.jspecify.annotations.NullMarked;

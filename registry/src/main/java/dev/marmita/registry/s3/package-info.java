/** The object store by the S3 protocol. */
@NullMarked
package dev.marmita.registry.s3;

import org.jspecify.annotations.NullMarked;

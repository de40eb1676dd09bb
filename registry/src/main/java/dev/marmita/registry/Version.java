package dev.marmita.registry;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** An immutable numbered version of a model or service; its tags and labels are not part of that. */
public sealed interface Version permits ModelVersion, ServiceVersion {

    String name();

    /** 1, 2, 3 …; never given twice under one name, also after a deletion. */
    int version();

    Digest digest();

    /** Bytes of the content. */
    long size();

    /** What whoever pushed it said about it: metrics, parameters, a description. */
    Map<String, String> metadata();

    /** Free key-values that may change. */
    Map<String, String> tags();

    /** Where it comes from: source repository, commit, training run, data set. */
    Map<String, String> provenance();

    Instant createdAt();

    String createdBy();

    /** The labels that point to it, in alphabetical order. */
    List<String> labels();

    /** {@code name@version}. */
    default ArtifactRef.Numbered ref() {
        return new ArtifactRef.Numbered(name(), version());
    }
}

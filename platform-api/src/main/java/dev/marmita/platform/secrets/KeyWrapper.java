package dev.marmita.platform.secrets;

/**
 * Seals the key of each secret with a master key: one from a file, or one that a key management service
 * never gives away. Thread-safe.
 */
public interface KeyWrapper {

    /** The id of the master key that {@link #wrap} uses; not secret, the same as long as the key is. */
    String current();

    /** Whether {@link #unwrap} has that master key. */
    boolean knows(String masterKey);

    /**
     * Seals a key.
     *
     * @param context what it is for; {@link #unwrap} must be given the same bytes
     */
    byte[] wrap(byte[] key, byte[] context);

    /**
     * Opens what {@link #wrap} made.
     *
     * @throws BrokenSealException where it is not what was wrapped, in that context and by that key
     */
    byte[] unwrap(String masterKey, byte[] wrapped, byte[] context) throws BrokenSealException;
}

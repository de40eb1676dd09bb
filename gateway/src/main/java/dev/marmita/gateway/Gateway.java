package dev.marmita.gateway;

/**
 * The front door of the data plane: {@code /e/{tenant}/{deployment}/…} and {@code
 * {deployment}.{tenant}.<domain>}, HTTP/1.1 and HTTP/2 in clear text on one port.
 *
 * <p>Thread-safe. After {@link #close()} nothing is accepted and the port is free.
 */
public interface Gateway extends AutoCloseable {

    /**
     * Binds the port and serves: with the snapshot's routes until the source delivers its own.
     *
     * @throws java.io.UncheckedIOException where the port cannot be bound
     */
    static Gateway start(GatewaySettings settings, GatewayPorts ports) {
        return RunningGateway.start(settings, ports);
    }

    /** Bound port. */
    int port();

    /** Whether routes are known and it is not draining; what {@code /readyz} answers. */
    boolean ready();

    /**
     * Version of the table it serves by; 0: none yet. Once it is said, no request goes to a replica that
     * this table does not name; those that went there before go on.
     */
    long tableVersion();

    /**
     * Drains: not ready from now on, no new connections, running and held requests may finish within
     * {@code timeouts.drain}, then everything is closed. Idempotent.
     */
    @Override
    void close();
}

package dev.marmita.gateway.jwt;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** Port: an identity provider's documents. Calls block, for some seconds at most. */
interface Provider extends AutoCloseable {

    /**
     * The body of a 200.
     *
     * @throws IOException for everything else
     */
    String get(URI uri) throws IOException, InterruptedException;

    /** The same for a form that is posted as this client. */
    String post(URI uri, Map<String, String> form, String clientId, String clientSecret)
            throws IOException, InterruptedException;

    @Override
    void close();
}

package dev.marmita.platform;

import dev.marmita.platform.deployments.EndpointUrls;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Tells programs on this machine, in {@code connection.json} of the home, how to reach the platform while it is up. */
@Component
class ConnectionFile {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionFile.class);
    private static final String FILE = "connection.json";

    private final Home home;
    private final PlatformProperties platform;
    private final EndpointUrls urls;
    private final Administrator administrator;
    private final JsonMapper json;

    ConnectionFile(
            Home home,
            PlatformProperties platform,
            EndpointUrls urls,
            Administrator administrator,
            JsonMapper json) {
        this.home = home;
        this.platform = platform;
        this.urls = urls;
        this.administrator = administrator;
        this.json = json;
    }

    record Connection(String url, String gatewayUrl, String adminToken, long pid) {}

    @EventListener
    void ready(ApplicationReadyEvent event) throws IOException {
        if (!(event.getApplicationContext() instanceof WebServerApplicationContext web)
                || web.getWebServer() == null) {
            return;
        }
        var connection =
                new Connection(
                        "http://" + host(platform.address()) + ":" + web.getWebServer().getPort(),
                        urls.base(),
                        administrator.token(),
                        ProcessHandle.current().pid());
        home.write(FILE, json.writeValueAsString(connection));
        LOG.info("ready: control {}, endpoints {}", connection.url(), connection.gatewayUrl());
    }

    @EventListener
    void closing(ContextClosedEvent event) throws IOException {
        home.delete(FILE);
    }

    /** From this machine an address that means all of them is reached by loopback. */
    private static String host(String address) {
        return address.equals("0.0.0.0") || address.equals("::") ? "127.0.0.1" : address;
    }
}

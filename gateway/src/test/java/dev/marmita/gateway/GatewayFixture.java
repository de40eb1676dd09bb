package dev.marmita.gateway;

import dev.marmita.access.Principal;
import dev.marmita.routing.Access;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Load;
import dev.marmita.routing.Route;
import dev.marmita.routing.RouteTable;
import dev.marmita.routing.TenantId;
import dev.marmita.routing.TenantLimits;
import dev.marmita.routing.TokenGrant;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A running gateway with a route table that a test changes, and a client for it. */
final class GatewayFixture implements AutoCloseable {

    static final String TOKEN = "mt_acme-secret";
    static final EndpointId RECEIPTS = EndpointId.of("acme", "receipts");

    final List<EndpointId> wakes = new CopyOnWriteArrayList<>();
    final List<String> unreachable = new CopyOnWriteArrayList<>();
    final List<AccessLog.Entry> log = new CopyOnWriteArrayList<>();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    volatile List<Load> loads = List.of();
    volatile long reportedVersion;
    private volatile Gateway started;
    final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();

    private final Map<EndpointId, Route> routes = new LinkedHashMap<>();
    private final Map<String, TokenGrant> tokens = new LinkedHashMap<>();
    private final Map<String, Credentials.Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, TenantLimits> limits = new LinkedHashMap<>();
    private Access access = Access.DEFAULT;
    private final AtomicLong version = new AtomicLong();
    private final AtomicLong generation = new AtomicLong();
    private volatile Consumer<RouteTable> listener = table -> {};
    final Gateway gateway;

    GatewayFixture(GatewaySettings settings) {
        this(settings, InstantSource.system());
    }

    GatewayFixture(GatewaySettings settings, InstantSource clock) {
        token(TOKEN, "acme");
        DemandSink demand =
                new DemandSink() {
                    @Override
                    public void wake(EndpointId endpoint) {
                        wakes.add(endpoint);
                    }

                    @Override
                    public void report(List<Load> all) {
                        loads = all;
                        Gateway running = started;
                        reportedVersion = running == null ? 0 : running.tableVersion();
                    }

                    @Override
                    public void unreachable(EndpointId endpoint, String replica, String reason) {
                        unreachable.add(replica);
                    }
                };
        RouteSource source =
                to -> {
                    listener = to;
                    return () -> listener = table -> {};
                };
        gateway =
                Gateway.start(
                        settings,
                        new GatewayPorts(
                                source,
                                this::identify,
                                demand,
                                log::add,
                                meters,
                                () -> "metrics_here 1\n",
                                clock));
        started = gateway;
    }

    static GatewayFixture start() {
        return new GatewayFixture(settings());
    }

    static GatewaySettings settings() {
        return GatewaySettings.defaults()
                .withAddress("127.0.0.1", 0)
                .withDomain("example.test")
                .withEventLoops(2)
                .withTimeouts(GatewaySettings.Timeouts.DEFAULT.withDrain(Duration.ofSeconds(5)));
    }

    static Route.Limits limits(
            int maxQueue, long queueBytes, long body, long requestMillis, long wakeMillis) {
        return new Route.Limits(maxQueue, queueBytes, body, requestMillis, wakeMillis);
    }

    static Route.Limits limits() {
        return limits(256, 64 << 20, 64 << 20, 10_000, 10_000);
    }

    static Route.Replica replica(String id, int port, int concurrency) {
        return new Route.Replica(id, "127.0.0.1", port, concurrency);
    }

    GatewayFixture token(String token, String tenant, String... deployments) {
        tokens.put(
                token,
                new TokenGrant(
                        "id-" + tokens.size(),
                        sha256(token),
                        new TenantId(tenant),
                        Arrays.stream(deployments)
                                .map(dev.marmita.routing.DeploymentName::new)
                                .collect(Collectors.toSet()),
                        Optional.empty()));
        return this;
    }

    GatewayFixture grant(String token, TokenGrant grant) {
        tokens.put(token, grant);
        return this;
    }

    /** Somebody whom an identity provider vouches for. */
    GatewayFixture member(String credential, Principal.Member member) {
        return answer(credential, new Credentials.Answer.Known(member));
    }

    /** What the identity provider says to a credential. */
    GatewayFixture answer(String credential, Credentials.Answer answer) {
        answers.put(credential, answer);
        return this;
    }

    private Credentials.Answer identify(String bearer) {
        return answers.getOrDefault(bearer, new Credentials.Answer.Nobody());
    }

    /** Of the routes that are made from now on. */
    GatewayFixture access(Access of) {
        access = of;
        return this;
    }

    GatewayFixture limits(String tenant, double perSecond, int burst, int concurrent) {
        limits.put(tenant, new TenantLimits(new TenantId(tenant), perSecond, burst, concurrent));
        return this;
    }

    GatewayFixture revoke(String token) {
        tokens.remove(token);
        return this;
    }

    static String sha256(String token) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** One target with these replicas. */
    GatewayFixture route(EndpointId endpoint, Route.Limits limits, Route.Replica... replicas) {
        return route(endpoint, limits, true, "", new Route.Target(1, 100, List.of(replicas)));
    }

    GatewayFixture route(
            EndpointId endpoint,
            Route.Limits limits,
            boolean wakes,
            String reason,
            Route.Target... targets) {
        routes.put(
                endpoint,
                new Route(
                        endpoint,
                        generation.incrementAndGet(),
                        wakes,
                        reason,
                        access,
                        limits,
                        List.of(targets)));
        return this;
    }

    /** The same route, beside which these replicas live. */
    GatewayFixture remaining(EndpointId endpoint, Route.Replica... replicas) {
        Route route = routes.get(endpoint);
        routes.put(
                endpoint,
                new Route(
                        endpoint,
                        generation.incrementAndGet(),
                        route.wakes(),
                        route.reason(),
                        route.access(),
                        route.limits(),
                        route.targets(),
                        List.of(replicas)));
        return this;
    }

    GatewayFixture remove(EndpointId endpoint) {
        routes.remove(endpoint);
        return this;
    }

    RouteTable table() {
        return new RouteTable(
                version.incrementAndGet(),
                List.copyOf(routes.values()),
                List.copyOf(tokens.values()),
                List.copyOf(limits.values()));
    }

    GatewayFixture publish() {
        listener.accept(table());
        return this;
    }

    void deliver(RouteTable table) {
        listener.accept(table);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + gateway.port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + TOKEN);
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    HttpResponse<String> post(String path, byte[] body) throws Exception {
        return send(request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    List<CompletableFuture<HttpResponse<String>>> many(int count, String path) {
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(sendAsync(request(path)));
        }
        return all;
    }

    static Set<Integer> statuses(List<CompletableFuture<HttpResponse<String>>> answers) {
        return answers.stream()
                .map(answer -> answer.join().statusCode())
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        client.shutdownNow();
        gateway.close();
        meters.close();
    }
}

package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

final class GatewayRoutingTest {

    @Test
    void passesARequestToAReplica() throws Exception {
        try (FakeReplica replica = FakeReplica.answering("hello");
                GatewayFixture fixture = GatewayFixture.start()) {
            fixture.route(RECEIPTS, limits(), replica("r1", replica.port(), 2)).publish();

            HttpResponse<String> answer = fixture.get("/e/acme/receipts/extract?q=%2Fx&y");

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(replica.asked).containsExactly("GET /extract?q=%2Fx&y");
        }
    }
}

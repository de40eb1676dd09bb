package dev.marmita.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTest {

    private final Address.Reader reader = new Address.Reader("example.test");

    @ParameterizedTest
    @CsvSource({
        "/e/acme/receipts/extract,            acme, receipts, /e/acme/receipts, /extract",
        "/e/acme/receipts/a/b?q=1,            acme, receipts, /e/acme/receipts, /a/b?q=1",
        "/e/acme/receipts/,                   acme, receipts, /e/acme/receipts, /",
        "/e/acme/receipts,                    acme, receipts, /e/acme/receipts, /",
        "/e/acme/receipts?q=1,                acme, receipts, /e/acme/receipts, /?q=1",
        "/e/acme/receipts/%C3%A9%2Fx?a=%zz,   acme, receipts, /e/acme/receipts, /%C3%A9%2Fx?a=%zz",
        "/e/acme/receipts//double,            acme, receipts, /e/acme/receipts, //double",
        "http://other/e/acme/receipts/x,      acme, receipts, /e/acme/receipts, /x"
    })
    void readsAnEndpointFromThePath(
            String target, String tenant, String deployment, String prefix, String rest) {
        assertThat(reader.read(target, "gateway", null, null))
                .isEqualTo(new Address.Endpoint(tenant, deployment, prefix, rest));
    }

    @ParameterizedTest
    @CsvSource({
        "receipts.acme.example.test,      /e/x/y/z",
        "receipts.acme.example.test:8471, /",
        "RECEIPTS.Acme.Example.TEST,      /v2/health/live?x=%20"
    })
    void readsAnEndpointFromTheHostAndLeavesThePathAlone(String host, String target) {
        assertThat(reader.read(target, host, null, null))
                .isEqualTo(new Address.Endpoint("acme", "receipts", "", target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.test",
                "acme.example.test",
                "a.b.c.example.test",
                ".acme.example.test",
                "receipts.acme.example.test.evil",
                "receipts.acme.notexample.test"
            })
    void readsNoEndpointFromOtherHosts(String host) {
        assertThat(reader.read("/livez", host, null, null)).isEqualTo(new Address.Own("/livez"));
    }

    @Test
    void takesTheHostOfAnAbsoluteTarget() {
        assertThat(reader.read("http://receipts.acme.example.test/x", "gateway", null, null))
                .isEqualTo(new Address.Endpoint("acme", "receipts", "", "/x"));
    }

    @Test
    void takesGrpcMetadataWhereNothingElseNamesAnEndpoint() {
        assertThat(reader.read("/pkg.Service/Call", "gateway", "acme", "receipts"))
                .isEqualTo(new Address.Endpoint("acme", "receipts", "", "/pkg.Service/Call"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/e/acme/receipts/../secrets/x",
                "/e/acme/receipts/..",
                "/e/acme/receipts/./x",
                "/e/acme/receipts/%2e%2e/x",
                "/e/acme/receipts/%2E./x",
                "/e/acme/receipts/..%2fx",
                "/e/acme/receipts/..%5cx",
                "/e/acme/receipts/..;a=b/x",
                "/e/acme/receipts/%",
                "/e/acme/receipts/%4",
                "/e/acme/receipts/%zz",
                "/e/acme/receipts/%00",
                "/e/acme/receipts/%0d%0aX:y",
                "/e/acme/receipts/a b",
                "/e/acme/receipts/é",
                "/e/acme/receipts/a\\b",
                "/e/acme/receipts/#frag",
                "e/acme/receipts",
                "*",
                ""
            })
    void refusesTargetsThatServersReadDifferently(String target) {
        assertThat(reader.read(target, "gateway", null, null))
                .isInstanceOf(Address.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/e/acme/receipts/a..b",
                "/e/acme/receipts/.well-known/x",
                "/e/acme/receipts/..."
            })
    void takesDotsThatDoNotClimb(String target) {
        assertThat(reader.read(target, "gateway", null, null)).isInstanceOf(Address.Endpoint.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/e/", "/e/acme", "/e", "/ex/acme/receipts/x"})
    void leavesOtherPathsToTheGatewayItself(String target) {
        assertThat(reader.read(target, "gateway", null, null)).isEqualTo(new Address.Own(target));
    }
}

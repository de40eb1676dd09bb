package dev.marmita.platform.deployments;

import dev.marmita.scheduler.spec.DeploymentSpec;
import dev.marmita.scheduler.spec.SpecParser;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Reads specifications in the form that the request says they have. */
@Component
final class SpecBodies {

    private final SpecParser parser = new SpecParser();

    DeploymentSpec parse(MediaType type, byte[] body) {
        return type.getSubtype().contains("yaml") ? parser.parseYaml(body) : parser.parseJson(body);
    }
}

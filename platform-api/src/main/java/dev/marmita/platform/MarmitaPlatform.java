package dev.marmita.platform;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts the platform in one of its roles: {@code --marmita.role=all|control|gateway} or {@code MARMITA_ROLE}.
 * Stops in order on SIGTERM.
 */
public final class MarmitaPlatform {

    private static final String ROLE = "marmita.role";

    private MarmitaPlatform() {}

    public static void main(String[] args) {
        try {
            start(args);
        } catch (StartException inTheArguments) {
            System.err.println("marmita: " + inTheArguments.getMessage());
            System.exit(2);
        } catch (RuntimeException told) {
            // Spring Boot has reported it.
            System.exit(1);
        }
    }

    /** Returns when everything is up. */
    static ConfigurableApplicationContext start(String... args) {
        Role role = role(args);
        var application = new SpringApplication();
        if (role.controls()) {
            application.addPrimarySources(List.of(ControlRole.class));
        }
        if (role.serves()) {
            application.addPrimarySources(
                    List.of(role.controls() ? GatewayConfiguration.class : GatewayRole.class));
        }
        application.setWebApplicationType(
                role.controls() ? WebApplicationType.SERVLET : WebApplicationType.NONE);
        application.setMainApplicationClass(MarmitaPlatform.class);
        application.addInitializers(new HomeInitializer(role));
        return application.run(args);
    }

    /** The role decides what is loaded, so it is read before any configuration file. */
    private static Role role(String... args) {
        String argument = "--" + ROLE + "=";
        return Arrays.stream(args)
                .filter(arg -> arg.startsWith(argument))
                .map(arg -> arg.substring(argument.length()))
                .findFirst()
                .or(() -> Optional.ofNullable(System.getProperty(ROLE)))
                .or(() -> Optional.ofNullable(System.getenv("MARMITA_ROLE")))
                .map(Role::parse)
                .orElse(Role.ALL);
    }
}

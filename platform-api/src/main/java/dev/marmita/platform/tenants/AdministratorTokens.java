package dev.marmita.platform.tenants;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Scope;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/** Tokens of the platform itself. */
@Component
public final class AdministratorTokens {

    private final Tokens tokens;
    private final RandomGenerator random;

    AdministratorTokens(Tokens tokens, RandomGenerator random) {
        this.tokens = tokens;
        this.random = random;
    }

    /** A token that is good from {@link #store()} on. */
    public interface Prepared {
        String text();

        void store();
    }

    /** Whether it is a living token that administers the platform. */
    public boolean administers(String token) {
        return tokens.find(token).filter(Caller::administersPlatform).isPresent();
    }

    public Prepared prepare() {
        TokenText text = TokenText.random(random);
        var draft =
                new Tokens.Draft(
                        "administrator",
                        Optional.empty(),
                        Set.of(Scope.ADMIN),
                        Set.of(),
                        Optional.empty());
        return new Prepared() {
            @Override
            public String text() {
                return text.text();
            }

            @Override
            public void store() {
                tokens.create(text, draft, "the platform's start");
            }
        };
    }
}

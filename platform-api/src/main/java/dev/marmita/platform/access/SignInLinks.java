package dev.marmita.platform.access;

import java.util.List;

/** The ways to sign in at the console beside the token. */
public record SignInLinks(List<Link> links) {

    public SignInLinks {
        links = List.copyOf(links);
    }

    /**
     * @param label who is asked: {@code id.example}
     * @param path where it begins
     */
    public record Link(String label, String path) {}
}

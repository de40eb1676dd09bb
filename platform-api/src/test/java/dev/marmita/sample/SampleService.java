package dev.marmita.sample;

import dev.marmita.service.Api;
import dev.marmita.service.Model;
import dev.marmita.service.ServiceContext;
import dev.marmita.service.Slot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A service of a tenant, for tests: says which model it was given. */
public final class SampleService {

    private final Model model;
    private final ServiceContext context;

    public SampleService(@Slot("classifier") Model model, ServiceContext context) {
        this.model = model;
        this.context = context;
    }

    public record Question(String text) {}

    public record Answer(String text, String model, String greeting) {}

    public record Given(String env, String file, String permissions) {}

    @Api(description = "Digests of the secrets that it was given.")
    public Given given(Question question) throws IOException, NoSuchAlgorithmException {
        Path file = context.secrets().orElseThrow().resolve(question.text());
        return new Given(
                digest(context.env().getOrDefault("API_KEY", "").getBytes(StandardCharsets.UTF_8)),
                digest(Files.readAllBytes(file)),
                PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    private static String digest(byte[] value) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
    }

    @Api(description = "Answers with what it was asked and what it runs.")
    public Answer answer(Question question) {
        return new Answer(
                question.text(), model.name(), context.env().getOrDefault("GREETING", ""));
    }
}

package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} has every key that there is, and no other. */
class ConfigurationDocumentTest {

    private static final Pattern HEADING = Pattern.compile("## .*`(marmita[a-z0-9.*-]*)\\.\\*`");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @Test
    void documentsEveryKey() throws IOException {
        var documented = new TreeSet<String>();
        String prefix = "";
        for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
            if (line.startsWith("## ")) {
                Matcher heading = HEADING.matcher(line);
                prefix = heading.matches() ? heading.group(1) + "." : "";
            }
            if (!prefix.isEmpty() && line.startsWith("| `")) {
                Matcher key = CODE.matcher(line.split("\\|")[1]);
                while (key.find()) {
                    documented.add(prefix + key.group(1).replace("<name>", "*"));
                }
            }
        }
        assertThat(documented)
                .containsExactlyElementsOf(new ConfigurationKeys(HomeInitializer.FEATURES).all());
    }
}

package dev.marmita.platform.console;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Fills templates; they are classes by the time that the platform starts, so nothing is compiled or looked up then. */
@Component
final class Templates {

    private final TemplateEngine engine = TemplateEngine.createPrecompiled(ContentType.Html);

    String fill(String template, Map<String, Object> parameters) {
        var output = new StringOutput(16_384);
        engine.render(template + ".jte", parameters, output);
        return output.toString();
    }
}

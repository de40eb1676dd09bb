package dev.marmita.cli.evaluate;

import dev.marmita.cli.api.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pages as files: {@code {"lines":[{"text","box":[[x,y]×4]}],"fields":{…}}}, {@code {"words":[…]}} or
 * {@code {"text"}}, and the published form of SROIE (a CSV of boxes, a JSON of fields).
 */
final class Pages {
    private static final Pattern BOX_LINE =
            Pattern.compile("\\s*" + "(-?\\d+),".repeat(8) + "(.*)", Pattern.DOTALL);

    private Pages() {}

    /** The truth of a folder: its {@code truth}, else its {@code box} and {@code key} folders, by document. */
    static Map<String, Page> truth(Path folder) throws IOException {
        if (Files.isDirectory(folder.resolve("truth"))) {
            return json(folder.resolve("truth"));
        }
        if (!Files.isDirectory(folder.resolve("box"))) {
            return Map.of();
        }
        Map<String, Page> pages = new TreeMap<>();
        for (Path file : files(folder.resolve("box"), ".csv")) {
            String id = id(file);
            Path key = folder.resolve("key").resolve(id + ".json");
            Map<String, String> fields = Files.exists(key) ? fields(parse(key)) : Map.of();
            pages.put(id, new Page(boxes(text(file)), fields));
        }
        return pages;
    }

    /** Every JSON file of a folder, by its name without the suffix. */
    static Map<String, Page> json(Path folder) throws IOException {
        Map<String, Page> pages = new TreeMap<>();
        for (Path file : files(folder, ".json")) {
            if (!file.endsWith("manifest.json")) {
                pages.put(id(file), page(parse(file)));
            }
        }
        return pages;
    }

    static Page page(JsonNode node) {
        return new Page(lines(node), fields(node));
    }

    /** A page as {@link #json} reads it. */
    static JsonNode toJson(Page page) {
        ObjectNode node = Json.object();
        ArrayNode lines = node.putArray("lines");
        for (Line line : page.lines()) {
            ObjectNode one = lines.addObject().put("text", line.text());
            line.box()
                    .ifPresent(
                            it ->
                                    one.set(
                                            "box",
                                            Json.of(
                                                    List.of(
                                                            List.of(it.left(), it.top()),
                                                            List.of(it.right(), it.top()),
                                                            List.of(it.right(), it.bottom()),
                                                            List.of(it.left(), it.bottom())))));
        }
        ObjectNode fields = node.putObject("fields");
        new TreeMap<>(page.fields()).forEach(fields::put);
        return node;
    }

    private static List<Line> lines(JsonNode node) {
        JsonNode items = node.has("lines") ? node.path("lines") : node.path("words");
        if (items.isMissingNode()) {
            return Json.text(node, "text")
                    .lines()
                    .filter(Pages::isText)
                    .map(Pages::unplaced)
                    .toList();
        }
        List<Line> lines = new ArrayList<>();
        for (JsonNode item : items) {
            String text = item.isString() ? item.asString() : Json.text(item, "text");
            if (isText(text)) {
                lines.add(new Line(text, extent(item.path("box"))));
            }
        }
        return lines;
    }

    static Optional<Line.Extent> extent(JsonNode box) {
        if (!box.isArray() || box.isEmpty()) {
            return Optional.empty();
        }
        List<double[]> corners = new ArrayList<>();
        if (box.get(0).isArray()) {
            box.forEach(
                    it -> corners.add(new double[] {it.path(0).asDouble(), it.path(1).asDouble()}));
        } else if (box.size() == 8 || box.size() == 4) {
            for (int i = 0; i < box.size(); i += 2) {
                corners.add(new double[] {box.get(i).asDouble(), box.get(i + 1).asDouble()});
            }
        } else {
            return Optional.empty();
        }
        return Optional.of(Line.Extent.around(corners));
    }

    private static List<Line> boxes(String csv) {
        List<Line> lines = new ArrayList<>();
        for (String row : csv.replace("\r", "").split("\n", -1)) {
            Matcher matcher = BOX_LINE.matcher(row);
            if (matcher.matches() && isText(matcher.group(9))) {
                List<double[]> corners = new ArrayList<>();
                for (int i = 1; i <= 8; i += 2) {
                    corners.add(
                            new double[] {
                                Integer.parseInt(matcher.group(i)),
                                Integer.parseInt(matcher.group(i + 1))
                            });
                }
                lines.add(new Line(matcher.group(9), Optional.of(Line.Extent.around(corners))));
            }
        }
        return lines;
    }

    /** The object under {@code fields}, else the object itself; texts and numbers only. */
    private static Map<String, String> fields(JsonNode node) {
        JsonNode object = node.has("fields") ? node.path("fields") : node;
        Map<String, String> fields = new HashMap<>();
        object.properties()
                .forEach(
                        it -> {
                            if (it.getValue().isString() || it.getValue().isNumber()) {
                                String text = Texts.collapse(Texts.nfc(it.getValue().asString()));
                                if (!text.isEmpty()) {
                                    fields.put(it.getKey(), text);
                                }
                            }
                        });
        return fields;
    }

    private static Line unplaced(String text) {
        return new Line(text, Optional.empty());
    }

    private static boolean isText(String text) {
        return !Texts.split(text).isEmpty();
    }

    private static JsonNode parse(Path file) throws IOException {
        try {
            return Json.parse(text(file).getBytes(StandardCharsets.UTF_8));
        } catch (JacksonException broken) {
            throw new IOException(file + " is not JSON: " + broken.getOriginalMessage(), broken);
        }
    }

    /** UTF-8 with or without a mark, else Latin-1: the published files are both. */
    private static String text(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException notUtf8) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(it -> it.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    static String id(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}

package io.tuijian.ranking;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tuning as JSON. What is left out stays as it comes with the product; what is not known or out of bounds is refused. */
public final class TuningJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final double DAY = 86_400_000;

    /** The keys of a tuning. */
    static final List<String> KEYS = List.of(
            "version",
            "lessOfDays",
            "dialStrength",
            "fateRate",
            "firstSights",
            "newForDays",
            "smallAuthorSights",
            "surfaces");

    /** The keys of each surface. */
    static final List<String> SURFACE_KEYS = List.of(
            "weights",
            "tasteStrength",
            "authorDecay",
            "topicDecay",
            "mostOfTen",
            "newContentShare",
            "smallAuthorShare",
            "temperature",
            "drawnFrom");

    /** This is no tuning; the message says why in one line. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    private TuningJson() {}

    /** A tuning from its JSON. */
    public static Tuning read(byte[] json) throws Refused {
        try {
            JsonNode root = JSON.readTree(json);
            fields("the tuning", root, KEYS);
            if (!root.path("version").isTextual()) {
                throw new Refused("version is missing: each tuning has a name of its own in quotes");
            }
            Tuning.Promised usual = Tuning.Promised.DEFAULT;
            return new Tuning(
                    root.get("version").textValue(),
                    surfaces(root.path("surfaces")),
                    new Tuning.Promised(
                            whole(root, "firstSights", usual.firstSights()),
                            number(root, "newForDays", usual.newForDays()),
                            whole(root, "smallAuthorSights", usual.smallAuthorSights())),
                    Duration.ofMillis(Math.round(DAY * number(root, "lessOfDays", days(Tuning.DEFAULT.lessOfLasts())))),
                    number(root, "dialStrength", Tuning.DEFAULT.dialStrength()),
                    number(root, "fateRate", Tuning.DEFAULT.fateRate()));
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new Refused("no JSON in line " + line + ": "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (java.io.IOException e) {
            throw new Refused(e.getMessage());
        } catch (IllegalArgumentException e) { // out of bounds
            throw new Refused(e.getMessage());
        }
    }

    private static Map<Surface, SurfaceTuning> surfaces(JsonNode surfaces) throws Refused {
        Map<String, Surface> byWord = new java.util.TreeMap<>();
        Recipes.ALL.keySet().forEach(surface -> byWord.put(word(surface), surface));
        fields("surfaces", surfaces, List.copyOf(byWord.keySet()));
        Map<Surface, SurfaceTuning> bySurface = new EnumMap<>(Surface.class);
        for (Map.Entry<String, JsonNode> entry : surfaces.properties()) {
            Surface surface = byWord.get(entry.getKey());
            try {
                bySurface.put(surface, surface(entry.getValue(), Tuning.usual(surface)));
            } catch (Refused | IllegalArgumentException e) {
                throw new Refused(entry.getKey() + ": " + e.getMessage());
            }
        }
        return bySurface;
    }

    private static SurfaceTuning surface(JsonNode node, SurfaceTuning usual) throws Refused {
        fields("a surface", node, SURFACE_KEYS);
        return new SurfaceTuning(
                weights(node.path("weights"), usual.weights()),
                number(node, "tasteStrength", usual.tasteStrength()),
                number(node, "authorDecay", usual.authorDecay()),
                number(node, "topicDecay", usual.topicDecay()),
                mostOfTen(node.path("mostOfTen"), usual.mostOfTen()),
                number(node, "newContentShare", usual.newContentShare()),
                number(node, "smallAuthorShare", usual.smallAuthorShare()),
                number(node, "temperature", usual.temperature()),
                whole(node, "drawnFrom", usual.drawnFrom()));
    }

    private static Weights weights(JsonNode node, Weights usual) throws Refused {
        if (node.isMissingNode()) {
            return usual;
        }
        fields("weights", node, names(Action.values()));
        Map<Action, Double> byAction = new EnumMap<>(Action.class);
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            byAction.put(Action.valueOf(entry.getKey()), number(node, entry.getKey(), 0));
        }
        return new Weights(byAction);
    }

    private static Map<ContentKind, Integer> mostOfTen(JsonNode node, Map<ContentKind, Integer> usual) throws Refused {
        if (node.isMissingNode()) {
            return usual;
        }
        fields("mostOfTen", node, names(ContentKind.values()));
        Map<ContentKind, Integer> most = new EnumMap<>(ContentKind.class);
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            most.put(ContentKind.valueOf(entry.getKey()), whole(node, entry.getKey(), 0));
        }
        return most;
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    private static void fields(String what, JsonNode node, List<String> known) throws Refused {
        if (node.isMissingNode() && !what.equals("the tuning")) {
            return;
        }
        if (!node.isObject()) {
            throw new Refused(what + " must be a JSON object");
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!known.contains(entry.getKey())) {
                throw new Refused(
                        "unknown key " + entry.getKey() + " in " + what + "; known are " + String.join(", ", known));
            }
        }
    }

    private static double number(JsonNode node, String key, double usual) throws Refused {
        JsonNode value = node.path(key);
        if (value.isMissingNode()) {
            return usual;
        }
        if (!value.isNumber()) {
            throw new Refused(key + " must be a number");
        }
        return value.doubleValue();
    }

    private static int whole(JsonNode node, String key, int usual) throws Refused {
        JsonNode value = node.path(key);
        if (value.isMissingNode()) {
            return usual;
        }
        if (!value.canConvertToInt() || !value.canConvertToExactIntegral()) {
            throw new Refused(key + " must be a whole number");
        }
        return value.intValue();
    }

    /** All of a tuning as JSON, also what is as it comes with the product. */
    public static String write(Tuning tuning) {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", tuning.version());
        root.put("lessOfDays", days(tuning.lessOfLasts()));
        root.put("dialStrength", tuning.dialStrength());
        root.put("fateRate", tuning.fateRate());
        root.put("firstSights", tuning.promised().firstSights());
        root.put("newForDays", tuning.promised().newForDays());
        root.put("smallAuthorSights", tuning.promised().smallAuthorSights());
        ObjectNode surfaces = root.putObject("surfaces");
        for (Surface surface : Recipes.ALL.keySet()) {
            SurfaceTuning of = tuning.of(surface);
            ObjectNode node = surfaces.putObject(word(surface));
            ObjectNode weights = node.putObject("weights");
            of.weights().byAction().forEach((action, weight) -> weights.put(action.name(), weight));
            node.put("tasteStrength", of.tasteStrength());
            node.put("authorDecay", of.authorDecay());
            node.put("topicDecay", of.topicDecay());
            ObjectNode most = node.putObject("mostOfTen");
            of.mostOfTen().forEach((kind, count) -> most.put(kind.name(), count));
            node.put("newContentShare", of.newContentShare());
            node.put("smallAuthorShare", of.smallAuthorShare());
            node.put("temperature", of.temperature());
            node.put("drawnFrom", of.drawnFrom());
        }
        return root.toPrettyString();
    }

    private static double days(Duration duration) {
        return duration.toMillis() / DAY;
    }

    private static String word(Surface surface) {
        return surface.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

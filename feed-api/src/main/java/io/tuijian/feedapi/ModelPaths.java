package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Registry;
import io.tuijian.models.Shelf;
import io.tuijian.models.UnknownVersion;
import io.tuijian.models.UnusableArtifact;
import io.tuijian.models.VectorFields;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registry of models: which versions there are, what is known of each, promote and roll back. */
final class ModelPaths implements Paths {
    private static final Logger LOG = LoggerFactory.getLogger(ModelPaths.class);

    private final Requests requests;
    private final Registry registry;
    private final Supplier<Map<String, String>> answering;

    /**
     * @param registry null if this server has none: it then knows no version
     * @param answering which version of each model this server answers with
     */
    ModelPaths(Requests requests, Registry registry, Supplier<Map<String, String>> answering) {
        this.requests = requests;
        this.registry = registry;
        this.answering = answering;
    }

    @Override
    public Map<Route, Handler> handlers() {
        return new EnumMap<>(Map.of(
                Route.MODELS, this::models,
                Route.MODEL_VERSION, this::version,
                Route.PROMOTE, this::promote,
                Route.ROLL_BACK, this::rollBack));
    }

    private void models(Context ctx) {
        requests.caller(ctx, Role.SCIENTIST, Role.OPERATOR);
        List<Map<String, Object>> models = new ArrayList<>();
        for (String name : Shelf.MODELS) {
            models.add(registry == null ? model(name) : read(() -> model(name, new Shelf(registry, name))));
        }
        ctx.json(Map.of("models", models));
    }

    private static Map<String, Object> model(String name) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("name", name);
        model.put("versions", List.of());
        return model;
    }

    private static Map<String, Object> model(String name, Shelf shelf) {
        Map<String, Object> model = model(name);
        model.put("measure", shelf.measure());
        shelf.serving().ifPresent(serving -> {
            Map<String, Object> now = serving(serving.version(), serving.since(), serving.pinned());
            now.put("rollbackTo", serving.rollbackTo());
            model.put("serving", now);
        });
        model.put("versions", shelf.versions().stream().map(ModelPaths::version).toList());
        return model;
    }

    private static Map<String, Object> serving(String version, java.time.Instant since, boolean pinned) {
        Map<String, Object> serving = new LinkedHashMap<>();
        serving.put("version", version);
        serving.put("since", since.toString());
        serving.put("pinned", pinned);
        return serving;
    }

    private static Map<String, Object> version(Shelf.Version version) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("version", version.version());
        body.put("state", version.state().name().toLowerCase(Locale.ROOT));
        body.put("trainedAt", version.trainedAt().toString());
        put(body, "hindrance", version.hindrance());
        put(body, "rows", version.rows());
        put(body, "judgedRows", version.judgedRows());
        if (version.passed() != null) {
            body.put("gate", Map.of("passed", version.passed(), "reasons", version.reasons()));
        }
        put(body, "field", version.field() == null ? null : version.field().name());
        put(body, "coverage", version.coverage());
        body.put("metrics", version.metrics());
        return body;
    }

    private static void put(Map<String, Object> body, String key, Object value) {
        if (value != null) {
            body.put(key, value);
        }
    }

    private void version(Context ctx) {
        requests.caller(ctx, Role.SCIENTIST, Role.OPERATOR);
        String name = name(ctx);
        String version = ctx.pathParam("version");
        Shelf.Details details = read(() -> new Shelf(registry, name).details(version));
        Map<String, Object> body = version(details.version());
        body.put("name", name);
        body.put("calibration", details.calibration());
        put(body, "gateReport", details.gate());
        put(body, "card", details.card());
        ctx.json(body);
    }

    private void promote(Context ctx) {
        Caller caller = requests.caller(ctx, Role.SCIENTIST, Role.OPERATOR);
        String name = name(ctx);
        JsonNode version = Requests.body(ctx).path("version");
        if (!version.isTextual()) {
            throw Problem.malformed("Say {\"version\": \"20261121-080000\"}.");
        }
        read(() -> readable(name));
        Registry.Current current = read(() -> {
            try {
                return registry.promote(name, version.textValue(), requests.now());
            } catch (UnusableArtifact e) {
                throw Problem.refused(e.getMessage());
            }
        });
        LOG.info("{} promoted {} {}", caller.id(), name, current.version());
        ctx.json(serving(current.version(), current.promotedAt(), current.pinned()));
    }

    private void rollBack(Context ctx) {
        Caller caller = requests.caller(ctx, Role.SCIENTIST, Role.OPERATOR);
        String name = name(ctx);
        JsonNode from =
                ctx.bodyAsBytes().length == 0 ? null : Requests.body(ctx).path("from");
        if (from != null && !from.isTextual() && !from.isMissingNode() && !from.isNull()) {
            throw Problem.malformed("from must be the version to leave.");
        }
        Registry.Current current = read(() -> from != null && from.isTextual()
                ? registry.rollback(name, from.textValue(), requests.now())
                : registry.rollback(name, requests.now()));
        LOG.info("{} rolled {} back to {}", caller.id(), name, current.version());
        ctx.json(serving(current.version(), current.promotedAt(), current.pinned()));
    }

    private String name(Context ctx) {
        String name = ctx.pathParam("name");
        if (registry == null || !Shelf.MODELS.contains(name)) {
            throw Problem.notFound("There is no such model here.");
        }
        return name;
    }

    /** What a promotion reads before it looks at the version itself: a fault in here is none of the version's. */
    private Void readable(String name) {
        registry.current(name);
        if (name.equals(VectorFields.MODEL)) {
            new VectorFields(registry).now();
        }
        return null;
    }

    /** Answers 503 if the registry cannot be read, also if it is gone while what came from it is served. */
    private <T> T read(Supplier<T> work) {
        try {
            boolean gone = !registry.isThere()
                    && answering.get().values().stream().anyMatch(served -> !served.equals(PopularityModel.VERSION));
            if (gone) {
                throw Problem.unavailable("The registry of models is gone.");
            }
            return work.get();
        } catch (UnknownVersion e) {
            throw Problem.notFound(e.getMessage());
        } catch (Registry.Overtaken e) {
            throw Problem.conflict(e.getMessage());
        } catch (UnusableArtifact e) {
            throw Problem.unavailable(e.getMessage());
        } catch (UncheckedIOException e) {
            LOG.warn("the registry: {}: {}", e.getMessage(), e.getCause().toString());
            throw Problem.unavailable("The registry of models can be neither read nor written now.");
        }
    }
}

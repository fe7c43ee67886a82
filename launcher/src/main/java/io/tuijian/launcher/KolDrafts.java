package io.tuijian.launcher;

import io.tuijian.launcher.population.PopulationClient;
import io.tuijian.launcher.world.World;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** What the showcase KOLs of the demo publish, in turn; marked as generated. */
record KolDrafts(World world) implements LongFunction<PopulationClient.Draft> {
    private static final int STOCK = 100;

    @Override
    public PopulationClient.Draft apply(long number) {
        List<World.Kol> kols = world.kols();
        World.Kol kol = kols.get((int) (number % kols.size()));
        World.Draft draft = world.draft(kol, number);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("kind", draft.kind().name());
        body.put("text", draft.text());
        body.put("authorName", kol.name());
        body.put("topics", List.of(draft.topic()));
        body.put("city", kol.city());
        body.put("language", draft.language());
        body.put("provenance", "GENERATED");
        if (draft.durationMillis() > 0) {
            body.put("video", Map.of("durationMillis", draft.durationMillis()));
        }
        if (draft.priceMinor() > 0) {
            body.put(
                    "item",
                    Map.of(
                            "priceMinor",
                            draft.priceMinor(),
                            "currency",
                            "CNY",
                            "stock",
                            STOCK,
                            "shopId",
                            "s" + kol.authorId().substring(1)));
        }
        return new PopulationClient.Draft(kol.authorId(), body);
    }
}

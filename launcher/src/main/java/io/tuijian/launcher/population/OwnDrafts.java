package io.tuijian.launcher.population;

import io.tuijian.schemas.ContentKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** The contents of the population itself, one after the other, published anew through the API. */
record OwnDrafts(Population population) implements LongFunction<PopulationClient.Draft> {
    @Override
    public PopulationClient.Draft apply(long number) {
        Work work =
                population.contents().get((int) (number % population.contents().size()));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("kind", work.kind().name());
        body.put("text", Records.text(work, population.topics().get(work.topic())));
        body.put("topics", List.of(population.topics().get(work.topic())));
        body.put("city", City.ALL.get(work.city()).name());
        body.put("language", "zh");
        body.put("provenance", "GENERATED");
        if (work.kind() == ContentKind.SHORT_VIDEO) {
            body.put("video", Map.of("durationMillis", work.durationMillis()));
        }
        if (work.kind() == ContentKind.SHOP_ITEM) {
            body.put(
                    "item",
                    Map.of(
                            "priceMinor",
                            work.priceMinor(),
                            "currency",
                            Records.CURRENCY,
                            "stock",
                            work.stock(),
                            "shopId",
                            "s" + work.author()));
        }
        return new PopulationClient.Draft(work.authorId(), body);
    }
}

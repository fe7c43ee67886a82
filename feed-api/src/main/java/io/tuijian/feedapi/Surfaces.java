package io.tuijian.feedapi;

import io.tuijian.ranking.Recipes;
import io.tuijian.schemas.Surface;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Surfaces as they stand in paths: {@code for-you}, {@code following} …. */
final class Surfaces {
    private Surfaces() {}

    static String word(Surface surface) {
        return surface.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Takes {@code for-you} and {@code FOR_YOU} alike; nothing if it cannot be asked for. */
    static Optional<Surface> named(String word) {
        String wanted = word.toLowerCase(Locale.ROOT).replace('_', '-');
        return Recipes.ALL.keySet().stream()
                .filter(surface -> word(surface).equals(wanted))
                .findFirst();
    }

    static List<String> words() {
        return Recipes.ALL.keySet().stream().map(Surfaces::word).toList();
    }
}

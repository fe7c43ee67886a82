package io.tuijian.feedapi;

import io.tuijian.ranking.Reason;
import io.tuijian.ranking.Signal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.ResourceBundle;

/** What the service says to people, in English, Chinese and French. Immutable. */
public final class Words {
    private static final List<Locale> SPOKEN = List.of(Locale.ENGLISH, Locale.CHINESE, Locale.FRENCH);
    static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private final Map<String, Map<String, String>> topicNames;

    /**
     * @param topicNames by topic id, then by language: en, zh, fr
     */
    public Words(Map<String, Map<String, String>> topicNames) {
        this.topicNames = Map.copyOf(topicNames);
    }

    /** The spoken language that suits this {@code Accept-Language} header best; English if none does. */
    Locale language(String acceptLanguage) {
        if (acceptLanguage == null) {
            return Locale.ENGLISH;
        }
        try {
            Locale best = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), SPOKEN);
            return best == null ? Locale.ENGLISH : best;
        } catch (IllegalArgumentException e) {
            return Locale.ENGLISH;
        }
    }

    /** A sentence that gives this reason. */
    String of(Reason reason, String authorName, Locale language) {
        ResourceBundle words = ResourceBundle.getBundle("io.tuijian.feedapi.words", language, NO_FALLBACK);
        String about =
                switch (Signal.of(reason.code()).map(Signal::about).orElse(Signal.About.NOTHING)) {
                    case TOPIC -> topic(reason.about(), language);
                    case AUTHOR -> authorName == null ? reason.about() : authorName;
                    case NOTHING, GROUP, CITY -> reason.about();
                };
        try {
            return words.getString("why." + reason.code()).replace("{0}", about == null ? "" : about);
        } catch (MissingResourceException e) {
            return reason.code();
        }
    }

    Map<String, Map<String, String>> topicNames() {
        return topicNames;
    }

    private String topic(String id, Locale language) {
        return topicNames.getOrDefault(id, Map.of()).getOrDefault(language.getLanguage(), id);
    }
}

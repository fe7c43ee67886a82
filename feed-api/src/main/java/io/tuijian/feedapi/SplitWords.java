package io.tuijian.feedapi;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;

/** What a rule of the feed gave an author or cost them, said in English, Chinese and French. */
final class SplitWords {
    private SplitWords() {}

    /**
     * A sentence for the author. Both numbers are rounded to the first digit of the error.
     *
     * @param rule by its code; one that is not known is told by it
     * @param impressions that there were more than there would be without the rule; negative if it cost some
     * @param error of that, 95 %; a difference that is no larger is told as none
     */
    static String of(String rule, double impressions, double error, Locale language) {
        double unit = error < 10 ? 1 : Math.pow(10, Math.floor(Math.log10(error)));
        long about = Math.round(Math.abs(impressions) / unit) * (long) unit;
        String effect = about == 0 || Math.abs(impressions) <= error ? "none" : impressions < 0 ? "cost" : "gave";
        try {
            String sentence = ResourceBundle.getBundle("io.tuijian.feedapi.words", language, Words.NO_FALLBACK)
                    .getString("split." + rule + "." + effect);
            return new MessageFormat(sentence, language)
                    .format(new Object[] {about, Math.round(error / unit) * (long) unit});
        } catch (MissingResourceException e) {
            return rule;
        }
    }
}

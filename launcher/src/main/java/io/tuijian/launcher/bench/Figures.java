package io.tuijian.launcher.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a bench measured: named figures in order, printed as they come and written as one flat JSON object. */
final class Figures {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final PrintWriter out;

    Figures(PrintWriter out) {
        this.out = out;
    }

    /** A number, a text or a truth value. */
    void put(String name, Object figure) {
        figures.put(name, figure);
        out.printf(Locale.ROOT, "  %-36s %s%n", name, figure);
        out.flush();
    }

    /** The quotient of two figures, to three decimals, if both were measured. */
    void ratio(String name, String of, String to) {
        if (figures.get(of) instanceof Number mine && figures.get(to) instanceof Number theirs) {
            put(name, Math.round(1000 * mine.doubleValue() / theirs.doubleValue()) / 1000.0);
        }
    }

    /** A number that was put, not a number if there is none of this name. */
    double number(String name) {
        return figures.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    void writeTo(Path file) throws IOException {
        JSON.writeValue(file.toFile(), figures);
    }
}

package io.tuijian.launcher.tables;

import java.util.Locale;
import org.rapaio.jupyter.kernel.global.Global;

/** Shows things below the cell of a notebook that is running. */
public final class Show {
    private Show() {}

    /** Shows a table. */
    public static void show(Table table) {
        Global.display("text/markdown", table.markdown());
    }

    /** Shows plots, one below the other. */
    public static void show(Plot... plots) {
        for (Plot plot : plots) {
            Global.display("text/html", plot.svg());
        }
    }

    /**
     * Shows a paragraph of Markdown.
     *
     * @param text a format as of {@link String#format}, if there are arguments; the same in every country
     */
    public static void markdown(String text, Object... arguments) {
        Global.display("text/markdown", arguments.length == 0 ? text : String.format(Locale.ROOT, text, arguments));
    }
}

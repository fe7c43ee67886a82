package io.tuijian.models;

import io.tuijian.schemas.Action;
import java.util.List;
import java.util.Locale;

/** Small drawings beside a card, as SVG. */
final class Plots {
    private static final int SIDE = 280;
    private static final int LEFT = 60;
    private static final int TOP = 10;

    private Plots() {}

    /** What was promised against what came, in ten equal parts of the rows; on the diagonal a promise is kept. */
    static String calibration(TrainingSet rows, Scores scores, Action action) {
        List<Bins.Bin> bins = Bins.of(rows, scores, action);
        double most = bins.stream()
                .mapToDouble(bin -> Math.max(bin.predicted(), bin.observed()))
                .reduce(1e-6, Math::max);
        StringBuilder svg = frame("promised, " + action, "came", most, most);
        line(svg, LEFT, TOP + SIDE, LEFT + SIDE, TOP, "#bbb");
        for (Bins.Bin bin : bins) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle cx='%.1f' cy='%.1f' r='5' fill='#d6336c'/>",
                    LEFT + SIDE * bin.predicted() / most,
                    TOP + SIDE - SIDE * bin.observed() / most));
        }
        return svg.append("</svg>\n").toString();
    }

    /** The loss of each pass over the rows learned from, and after it on the later ones. */
    static String learning(List<Epoch> epochs) {
        double most = epochs.stream()
                .mapToDouble(epoch -> Math.max(epoch.learned(), epoch.later()))
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        StringBuilder svg = frame("pass", "loss: grey learned, red later", epochs.size(), most);
        for (int i = 0; i < epochs.size(); i++) {
            double x = LEFT + SIDE * (i + 1.0) / epochs.size();
            double[] losses = {epochs.get(i).learned(), epochs.get(i).later()};
            for (int of = 0; of < losses.length; of++) {
                if (Double.isFinite(losses[of])) {
                    svg.append(String.format(
                            Locale.ROOT,
                            "<circle cx='%.1f' cy='%.1f' r='5' fill='%s'/>",
                            x,
                            TOP + SIDE - SIDE * losses[of] / most,
                            of == 0 ? "#868e96" : "#d6336c"));
                }
            }
        }
        return svg.append("</svg>\n").toString();
    }

    private static StringBuilder frame(String below, String beside, double right, double top) {
        StringBuilder svg = new StringBuilder("<svg xmlns='http://www.w3.org/2000/svg' width='360' height='330'"
                + " font-family='sans-serif' font-size='12' fill='#555'>");
        svg.append(String.format(
                Locale.ROOT,
                "<rect x='%d' y='%d' width='%d' height='%d' fill='#fff' stroke='#999'/>"
                        + "<text x='%d' y='322' text-anchor='middle'>%s</text>"
                        + "<text x='14' y='150' text-anchor='middle' transform='rotate(-90 14 150)'>%s</text>"
                        + "<text x='%d' y='305' text-anchor='end'>%.3g</text>"
                        + "<text x='%d' y='20' text-anchor='end'>%.3g</text>",
                LEFT,
                TOP,
                SIDE,
                SIDE,
                LEFT + SIDE / 2,
                below,
                beside,
                LEFT + SIDE,
                right,
                LEFT - 4,
                top));
        return svg;
    }

    private static void line(StringBuilder svg, int x1, int y1, int x2, int y2, String colour) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1='%d' y1='%d' x2='%d' y2='%d' stroke='%s' stroke-dasharray='4 4'/>",
                x1,
                y1,
                x2,
                y2,
                colour));
    }
}

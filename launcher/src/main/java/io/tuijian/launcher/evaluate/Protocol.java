package io.tuijian.launcher.evaluate;

/** What may be known of a row to judge by. */
enum Protocol {
    /** What was known before the first such row: states, clock and weights are frozen there. */
    STATIC,
    /** Whatever could be known before the row's own moment; the viewer's own state is that before the first such row. */
    PREQUENTIAL;

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

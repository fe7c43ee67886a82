package io.tuijian.launcher.world;

/** One line of the log, its numbers read but not yet mapped; {@code number} is 0-based. */
record LogRow(
        long number,
        int user,
        Video video,
        long atMillis,
        String tab,
        long playMillis,
        long durationMillis,
        boolean click,
        boolean like,
        boolean follow,
        boolean comment,
        boolean forward,
        boolean hate,
        boolean longView,
        boolean profile) {

    String viewerId() {
        return "v" + user;
    }

    /** Derived here: the log does not say it. */
    boolean finished() {
        return durationMillis > 0 && playMillis >= durationMillis;
    }
}

package io.tuijian.models.retrieval;

/** Where in the histories each content stands. */
final class Occurrences {
    private final int[] starts;
    private final int[] viewers;
    private final int[] places;

    private Occurrences(int[] starts) {
        this.starts = starts;
        this.viewers = new int[starts[starts.length - 1]];
        this.places = new int[viewers.length];
    }

    static Occurrences of(Histories histories) {
        int items = histories.catalogue().size();
        int[] starts = new int[items + 1];
        for (int[] history : histories.of()) {
            for (int item : history) {
                starts[item + 1]++;
            }
        }
        for (int item = 0; item < items; item++) {
            starts[item + 1] += starts[item];
        }
        Occurrences occurrences = new Occurrences(starts);
        int[] next = starts.clone();
        for (int viewer = 0; viewer < histories.viewers(); viewer++) {
            int[] history = histories.of()[viewer];
            for (int place = 0; place < history.length; place++) {
                int at = next[history[place]]++;
                occurrences.viewers[at] = viewer;
                occurrences.places[at] = place;
            }
        }
        return occurrences;
    }

    int from(int item) {
        return starts[item];
    }

    int to(int item) {
        return starts[item + 1];
    }

    int count(int item) {
        return starts[item + 1] - starts[item];
    }

    int viewer(int occurrence) {
        return viewers[occurrence];
    }

    int place(int occurrence) {
        return places[occurrence];
    }
}

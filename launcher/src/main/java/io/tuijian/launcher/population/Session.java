package io.tuijian.launcher.population;

import java.util.Arrays;

/** What a viewer was shown since they opened the app: the source of fatigue. */
final class Session {
    private static final int LOOKS_BACK = 10;

    private long[] authors = new long[20];
    private short[] topics = new short[20];
    private long[] keys = new long[20];
    private int depth;
    private int position;

    final String id;

    Session(String id) {
        this.id = id;
    }

    int depth() {
        return depth;
    }

    /** The position of the next content, 0-based across the pages of the cursor. */
    int position() {
        return position;
    }

    /** A new cursor: positions begin again, the fatigue stays. */
    void refresh() {
        position = 0;
    }

    boolean shown(int content) {
        for (int i = 0; i < depth; i++) {
            if (keys[i] == content) {
                return true;
            }
        }
        return false;
    }

    Situation situation(Work work, int atPosition) {
        int ofAuthor = 0;
        for (int i = 0; i < depth; i++) {
            ofAuthor += authors[i] == work.authorKey() ? 1 : 0;
        }
        int ofTopic = 0;
        for (int i = Math.max(0, depth - LOOKS_BACK); i < depth; i++) {
            ofTopic += topics[i] == work.topic() && work.topic() >= 0 ? 1 : 0;
        }
        return new Situation(atPosition, depth, ofAuthor, ofTopic);
    }

    void show(Work work) {
        if (depth == keys.length) {
            authors = Arrays.copyOf(authors, 2 * depth);
            topics = Arrays.copyOf(topics, 2 * depth);
            keys = Arrays.copyOf(keys, 2 * depth);
        }
        authors[depth] = work.authorKey();
        topics[depth] = work.topic();
        keys[depth] = work.index();
        depth++;
        position++;
    }
}

package io.tuijian.launcher.population;

import io.tuijian.schemas.Action;
import java.util.Arrays;
import java.util.SplittableRandom;

/** A viewer asks for a page: who, when, and what there is to choose from. */
public final class Visit {
    private static final int TRIES = 8;

    private final Population population;
    private final Viewer viewer;
    private final long atMillis;
    private final int published;
    private final Session session;
    private final SplittableRandom random;

    Visit(
            Population population,
            Viewer viewer,
            long atMillis,
            int published,
            Session session,
            SplittableRandom random) {
        this.population = population;
        this.viewer = viewer;
        this.atMillis = atMillis;
        this.published = published;
        this.session = session;
        this.random = random;
    }

    /** The viewer's index. */
    public int viewer() {
        return viewer.index();
    }

    public long atMillis() {
        return atMillis;
    }

    /** Where they are. */
    public City city() {
        return City.ALL.get(viewer.city());
    }

    public String sessionId() {
        return session.id;
    }

    /** How many contents the session has shown. */
    public int depth() {
        return session.depth();
    }

    /** The position of the first content of the page, 0-based across the pages of its cursor. */
    public int position() {
        return session.position();
    }

    /** How many contents are published; they are those of the indices below. */
    public int published() {
        return published;
    }

    /** Whether this session has shown the content already. */
    public boolean shown(int content) {
        return session.shown(content);
    }

    /** What only an oracle may look at. */
    public double utility(int content) {
        return Behaviour.utility(viewer, population.contents().get(content));
    }

    /** What only an oracle may look at: how likely this is at the beginning of a session, at its first position. */
    public double probability(int content, Action action) {
        return Behaviour.probability(viewer, population.contents().get(content), action, Situation.fresh(0));
    }

    /** The same for whoever knows all traits of both and nothing that belongs to the two alone. */
    public double probabilityByTraits(int content, Action action) {
        Work work = population.contents().get(content);
        double utility = Behaviour.utilityByTraits(viewer, work);
        return Behaviour.probability(viewer, work, action, Situation.fresh(0), utility);
    }

    /** Chance that depends on the seed alone. */
    public SplittableRandom random() {
        return random;
    }

    /** Different published contents that the session has not shown; each uniform with this probability, else popular. */
    public int[] draw(int count, double uniform) {
        int[] drawn = new int[Math.min(count, published)];
        int size = 0;
        for (int tries = 0; size < drawn.length && tries < TRIES * count; tries++) {
            int content = uniform >= 1 || random.nextDouble() < uniform
                    ? random.nextInt(published)
                    : population.popular().draw(random);
            if (content < published && !shown(content) && !contains(drawn, size, content)) {
                drawn[size++] = content;
            }
        }
        return Arrays.copyOf(drawn, size);
    }

    private static boolean contains(int[] drawn, int size, int content) {
        for (int i = 0; i < size; i++) {
            if (drawn[i] == content) {
                return true;
            }
        }
        return false;
    }
}

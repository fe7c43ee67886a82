package io.tuijian.launcher.population;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Who follows whom when a log begins. Viewers join one after the other; each befriends earlier ones by preferential
 * attachment (Barabási and Albert 1999), mostly in the same city, and follows known authors of the topics they like.
 */
final class Ties {
    private static final double SAME_CITY = 0.8;
    private static final double OF_A_FAVOURITE = 0.7;
    private static final int MOST_FOLLOWS = 40;
    private static final int TRIES = 5;

    private final int[][] friends;
    private final int[][] follows;

    Ties(long seed, List<Viewer> viewers, List<Author> authors, int topics) {
        friends = new int[viewers.size()][];
        follows = new int[viewers.size()][];
        befriend(Seeds.random(seed, "friends"), viewers);
        follow(Seeds.random(seed, "follows"), viewers, authors, topics);
    }

    /** The earlier viewers whom this one befriended on joining, each once. */
    int[] earlierFriends(int viewer) {
        return friends[viewer];
    }

    /** The authors that this viewer followed on joining, in ascending order, each once. */
    int[] followed(int viewer) {
        return follows[viewer];
    }

    boolean follows(int viewer, int author) {
        return Arrays.binarySearch(follows[viewer], author) >= 0;
    }

    private void befriend(SplittableRandom random, List<Viewer> viewers) {
        Ends everywhere = new Ends();
        Ends[] inCity = new Ends[City.ALL.size()];
        Arrays.setAll(inCity, city -> new Ends());
        for (Viewer viewer : viewers) {
            int wanted = 1 + random.nextInt(3);
            int[] chosen = new int[wanted];
            int size = 0;
            Ends near = inCity[viewer.city()];
            for (int tries = 0; tries < TRIES * wanted && size < wanted; tries++) {
                Ends from = near.size > 0 && random.nextDouble() < SAME_CITY ? near : everywhere;
                int friend = from.size == 0 ? -1 : from.of[random.nextInt(from.size)];
                if (friend >= 0 && !contains(chosen, size, friend)) {
                    chosen[size++] = friend;
                    everywhere.add(friend);
                    inCity[viewers.get(friend).city()].add(friend);
                }
            }
            // Once for being there, so that the first of a city can be found.
            everywhere.add(viewer.index());
            near.add(viewer.index());
            friends[viewer.index()] = Arrays.copyOf(chosen, size);
        }
    }

    private void follow(SplittableRandom random, List<Viewer> viewers, List<Author> authors, int topics) {
        int[][] byTopic = byTopic(authors, topics);
        Urn fame = new Urn(authors.size(), Population::fame);
        for (Viewer viewer : viewers) {
            int wanted = (int) Math.min(MOST_FOLLOWS, Math.exp(1.2 + 0.8 * Seeds.normal(random)));
            int[] chosen = new int[wanted];
            int size = 0;
            for (int i = 0; i < wanted; i++) {
                int author = random.nextDouble() < OF_A_FAVOURITE
                        ? famous(
                                random,
                                byTopic[viewer.topics()[random.nextInt(Math.max(1, viewer.topics().length - 2))]])
                        : fame.draw(random);
                if (author >= 0 && !contains(chosen, size, author)) {
                    chosen[size++] = author;
                }
            }
            int[] all = Arrays.copyOf(chosen, size);
            Arrays.sort(all);
            follows[viewer.index()] = all;
        }
    }

    /** Authors by their main topic, the most followed first. */
    private static int[][] byTopic(List<Author> authors, int topics) {
        Ends[] lists = new Ends[topics];
        Arrays.setAll(lists, topic -> new Ends());
        authors.forEach(author -> lists[author.niche()[0]].add(author.index()));
        return Arrays.stream(lists)
                .map(list -> Arrays.copyOf(list.of, list.size))
                .toArray(int[][]::new);
    }

    /** The better known, the likelier: a rank whose density falls as the square root. */
    private static int famous(SplittableRandom random, int[] authors) {
        double u = random.nextDouble();
        return authors.length == 0 ? -1 : authors[(int) (authors.length * u * u)];
    }

    private static boolean contains(int[] all, int size, int one) {
        for (int i = 0; i < size; i++) {
            if (all[i] == one) {
                return true;
            }
        }
        return false;
    }

    /** The ends of all friendships so far: drawing one uniformly prefers those with many. */
    private static final class Ends {
        private int[] of = new int[16];
        private int size;

        void add(int end) {
            if (size == of.length) {
                of = Arrays.copyOf(of, 2 * size);
            }
            of[size++] = end;
        }
    }
}

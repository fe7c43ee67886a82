package io.tuijian.launcher.population;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.ServedItem;
import java.time.Duration;
import java.time.Instant;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What a population did, in the order of time: who joined, befriended and followed, what was published, which pages
 * were served under a policy and what came of them. Written while it is iterated; in memory are only the population,
 * the sessions going on and the follows made since. Each iterator is for one thread.
 */
public final class PopulationLog implements Iterable<Event> {
    private static final long SLOT = Duration.ofMinutes(1).toMillis();
    private static final long QUIET_END = Duration.ofMinutes(30).toMillis();
    private static final int JOINED_WITHIN_DAYS = 360;
    private static final int PAGE = 10;
    private static final int LONGEST_SESSION = 400;
    private static final double REFRESHES = 0.15;
    private static final long BETWEEN_PAGES = 600;

    private final Population population;
    private final Policy policy;
    private final long pages;
    private final long until;
    private final long from;

    PopulationLog(Population population, Policy policy, long pages, Instant until) {
        if (pages < 0) {
            throw new IllegalArgumentException("a log has no fewer than 0 pages");
        }
        this.population = population;
        this.policy = policy;
        this.pages = pages;
        this.until = until.toEpochMilli();
        this.from = this.until - population.size().days() * Population.DAY;
    }

    /** When the first page may be served; contents and relations are older. */
    public Instant from() {
        return Instant.ofEpochMilli(from);
    }

    @Override
    public Iterator<Event> iterator() {
        return new Writer();
    }

    /** Something to come: an event, or the next page of a session. */
    private record Pending(long at, long number, Event event, Session session, Viewer viewer) {}

    /** Writes the log. */
    final class Writer implements Iterator<Event> {
        private final SplittableRandom random =
                Seeds.random(population.seed(), "log of " + policy.source() + " " + pages);
        private final PriorityQueue<Pending> pending = new PriorityQueue<>((one, other) ->
                one.at != other.at ? Long.compare(one.at, other.at) : Long.compare(one.number, other.number));
        private final Set<Long> followedSince = new HashSet<>();
        private final Map<Integer, Integer> sold = new HashMap<>();
        private final Map<Integer, Long> versions = new HashMap<>();
        private final ZoneRules[] zones =
                City.ALL.stream().map(city -> city.zone().getRules()).toArray(ZoneRules[]::new);
        private final double rhythm;
        private double rhythmSoFar;
        private long slot = from;
        private int joined;
        private int published;
        private long numbered;
        private long served;
        private long turns;
        private long sessions;
        private long orders;
        private int mostPending;
        private Event next;

        Writer() {
            double sum = 0;
            for (long at = from; at < until - QUIET_END; at += SLOT) {
                sum += Rhythm.at(at);
            }
            rhythm = sum;
            next = advance();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Event next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            Event event = next;
            next = advance();
            return event;
        }

        /** The most that ever waited for its time. */
        int mostPending() {
            return mostPending;
        }

        private Event advance() {
            while (true) {
                long head = pending.isEmpty() ? Long.MAX_VALUE : pending.peek().at;
                long publishes = publishedAt(published);
                long joins = joinedAt(joined);
                long opens = slot < until - QUIET_END ? slot : Long.MAX_VALUE;
                long first = Math.min(Math.min(head, publishes), Math.min(joins, opens));
                if (first == Long.MAX_VALUE) {
                    return null;
                }
                if (joins == first) {
                    join(joined++, joins);
                } else if (publishes == first) {
                    return publish(published++, publishes);
                } else if (opens == first) {
                    openSlot();
                } else {
                    Pending due = pending.poll();
                    if (due.event != null) {
                        if (due.at < until) {
                            return due.event;
                        }
                    } else {
                        turns--;
                        if (served < pages) {
                            return page(due);
                        }
                    }
                }
            }
        }

        private long joinedAt(int viewer) {
            int viewers = population.viewers().size();
            long span = (JOINED_WITHIN_DAYS - Population.DAYS_BEFORE) * Population.DAY;
            return viewer == viewers
                    ? Long.MAX_VALUE
                    : from - JOINED_WITHIN_DAYS * Population.DAY + (long) ((double) span * viewer / viewers);
        }

        private void join(int viewer, long at) {
            Instant when = Instant.ofEpochMilli(at);
            String id = population.viewers().get(viewer).id();
            for (int friend : population.ties().earlierFriends(viewer)) {
                String other = population.viewers().get(friend).id();
                add(at, new Event.Related(Records.relation(id, RelationKind.FRIEND, other, when)));
                add(at, new Event.Related(Records.relation(other, RelationKind.FRIEND, id, when)));
            }
            for (int author : population.ties().followed(viewer)) {
                String followed = population.authors().get(author).id();
                add(at, new Event.Related(Records.relation(id, RelationKind.FOLLOW, followed, when)));
            }
        }

        private long publishedAt(int work) {
            return work == population.contents().size()
                    ? Long.MAX_VALUE
                    : until - population.contents().get(work).ageMillis();
        }

        private Event publish(int work, long at) {
            Instant when = Instant.ofEpochMilli(at);
            return new Event.Published(
                    when, Records.content(population, population.contents().get(work), when, 1));
        }

        /** Lets viewers come until the pages of this minute are under way. */
        private void openSlot() {
            long opened = slot;
            rhythmSoFar += Rhythm.at(opened);
            slot += SLOT;
            boolean last = slot >= until - QUIET_END;
            long wanted = last ? pages : Math.round(pages * Math.min(1, rhythmSoFar / rhythm));
            while (served + turns < wanted) {
                long at = opened + random.nextInt((int) SLOT);
                turn(at, new Session("ss" + sessions++), somebodyAwake(at));
            }
        }

        private Viewer somebodyAwake(long at) {
            while (true) {
                Viewer viewer = population.viewers().get(population.active().draw(random));
                if (random.nextDouble() < Rhythm.at(at, zones[viewer.city()], viewer.owlHours())) {
                    return viewer;
                }
            }
        }

        private void turn(long at, Session session, Viewer viewer) {
            turns++;
            pending.add(new Pending(Math.min(at, until - 1), numbered++, null, session, viewer));
        }

        private void add(long at, Event event) {
            pending.add(new Pending(at, numbered++, event, null, null));
            mostPending = Math.max(mostPending, pending.size());
        }

        private Event page(Pending due) {
            Viewer viewer = due.viewer;
            Session session = due.session;
            String viewerId = viewer.id();
            Visit visit = new Visit(population, viewer, due.at, published, session, random);
            int[] chosen = policy.page(visit, PAGE);
            Double propensity = policy.propensity(visit);
            String feedId = "fs" + served++;
            List<ServedItem> items = new ArrayList<>(chosen.length);
            double pleasure = 0;
            int looked = 0;
            long at = due.at;
            for (int content : chosen) {
                Work work = population.contents().get(content);
                String contentId = work.id();
                Situation situation = session.situation(work, session.position());
                items.add(new ServedItem(
                        contentId,
                        work.authorId(),
                        situation.position(),
                        policy.source(),
                        0.0,
                        Map.of(),
                        List.of(),
                        Map.of(),
                        propensity,
                        List.of(),
                        null));
                session.show(work);
                boolean follows = follows(viewer, work.author());
                List<Act> acts = Behaviour.react(viewer, work, situation, follows, random);
                if (!acts.isEmpty()) {
                    looked++;
                    pleasure += Behaviour.utility(viewer, work) - Behaviour.fatigue(viewer, situation);
                    write(
                            acts,
                            new Records.Place(viewerId, work, contentId, feedId, situation.position(), session.id),
                            viewer,
                            at);
                }
                at += Behaviour.spent(acts);
            }
            double mean = looked == 0 ? 0 : pleasure / looked;
            boolean more = chosen.length == PAGE && session.depth() < LONGEST_SESSION;
            if (more && random.nextDouble() < Behaviour.goesOn(viewer, mean, session.depth())) {
                if (random.nextDouble() < REFRESHES) {
                    session.refresh();
                }
                turn(at + BETWEEN_PAGES, session, viewer);
            }
            return new Event.Shown(Records.served(feedId, viewer, Instant.ofEpochMilli(due.at), session.id, items));
        }

        private boolean follows(Viewer viewer, int author) {
            return population.ties().follows(viewer.index(), author)
                    || !followedSince.isEmpty() && followedSince.contains(pair(viewer, author));
        }

        private static long pair(Viewer viewer, int author) {
            return (long) viewer.index() << 32 | author;
        }

        private void write(List<Act> acts, Records.Place place, Viewer viewer, long came) {
            String prefix = place.feedId() + "-" + place.position() + ":";
            for (Act act : acts) {
                long at = came + act.afterMillis();
                Instant when = Instant.ofEpochMilli(at);
                String id = prefix + act.action();
                if (act.action() == Action.PURCHASE) {
                    buy(place, at, when);
                } else if (act.takenBack()) {
                    add(at, new Event.Did(Records.engagement(place, id + ":undone", act.action(), when, 0, id)));
                } else {
                    add(
                            at,
                            new Event.Did(
                                    Records.engagement(place, id, act.action(), when, act.watchedMillis(), null)));
                }
                if (act.action() == Action.FOLLOW) {
                    followedSince.add(pair(viewer, place.work().author()));
                    add(
                            at,
                            new Event.Related(Records.relation(
                                    place.viewerId(),
                                    RelationKind.FOLLOW,
                                    place.work().authorId(),
                                    when)));
                }
            }
        }

        private void buy(Records.Place place, long at, Instant when) {
            String order = "os" + orders++;
            add(at, new Event.Did(Records.order(place, Action.PURCHASE, order, when)));
            Work work = place.work();
            if (sold.merge(work.index(), 1, Integer::sum) == work.stock()) {
                sold.remove(work.index());
                long version = versions.merge(work.index(), 2L, (old, two) -> old + 1);
                Instant created = Instant.ofEpochMilli(publishedAt(work.index()));
                add(at, new Event.Published(when, Records.content(population, work, created, version)));
            }
            if (random.nextDouble() < Behaviour.REFUNDED) {
                long back = at + (long) (Population.DAY * Math.exp(0.7 + 0.8 * Seeds.normal(random)));
                if (back < until) {
                    add(back, new Event.Did(Records.order(place, Action.REFUND, order, Instant.ofEpochMilli(back))));
                }
            }
        }
    }
}

package io.tuijian.launcher.population;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.ServedItem;
import java.time.Duration;
import java.time.Instant;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The same viewers at the same moments with the same chance, whoever orders their pages: what differs between two
 * orders is what they chose. A {@link PopulationLog} has as many pages under each policy, an audience as many sessions.
 * Where both are the same model, this is it. Immutable; safe from many threads.
 */
public final class Audience {
    /** How many contents a page has. */
    public static final int PAGE = 10;

    private static final long APART = Duration.ofHours(2).toMillis();
    private static final int TRIES = 200;
    private static final int LONGEST_SESSION = 400;
    private static final double REFRESHES = 0.15;
    private static final long BETWEEN_PAGES = 600;

    private final Population population;
    private final long until;

    /** @param until the moment by which all contents of the population are published */
    public Audience(Population population, Instant until) {
        this.population = population;
        this.until = until.toEpochMilli();
    }

    /**
     * A viewer comes.
     *
     * @param number by which its chance differs from that of the viewer's other sessions
     * @param pages how many they stay for; 0 if they go on as they please
     */
    public record Coming(Viewer viewer, int number, long atMillis, int pages) {}

    /** Who comes when between two moments, in the order of time: by activity and the hour, no one twice in two hours. */
    public List<Coming> sessions(Instant from, Instant to, int count) {
        SplittableRandom random = Seeds.random(population.seed(), "sessions from " + from);
        ZoneRules[] zones =
                City.ALL.stream().map(city -> city.zone().getRules()).toArray(ZoneRules[]::new);
        long span = Duration.between(from, to).toMillis();
        Map<Integer, List<Long>> times = new HashMap<>();
        List<Coming> all = new ArrayList<>();
        for (long tries = 0; all.size() < count && tries < (long) TRIES * count; tries++) {
            Viewer viewer = population.viewers().get(population.active().draw(random));
            long at = from.toEpochMilli() + random.nextLong(span);
            List<Long> others = times.computeIfAbsent(viewer.index(), any -> new ArrayList<>());
            if (random.nextDouble() < Rhythm.at(at, zones[viewer.city()], viewer.owlHours())
                    && others.stream().noneMatch(other -> Math.abs(other - at) < APART)) {
                others.add(at);
                all.add(new Coming(viewer, all.size(), at, 0));
            }
        }
        all.sort(Comparator.comparingLong(Coming::atMillis).thenComparing(Coming::number));
        return all;
    }

    /** All that is known before a moment: who joined, befriended and followed, and what was published. */
    public void before(Instant from, Consumer<Event> events) {
        Instant joined =
                Instant.ofEpochMilli(until - (population.size().days() + Population.DAYS_BEFORE) * Population.DAY);
        for (Viewer viewer : population.viewers()) {
            for (int friend : population.ties().earlierFriends(viewer.index())) {
                String other = population.viewers().get(friend).id();
                related(viewer.id(), RelationKind.FRIEND, other, joined, events);
                related(other, RelationKind.FRIEND, viewer.id(), joined, events);
            }
            for (int author : population.ties().followed(viewer.index())) {
                related(
                        viewer.id(),
                        RelationKind.FOLLOW,
                        population.authors().get(author).id(),
                        joined,
                        events);
            }
        }
        for (int work = 0; work < population.contents().size() && publishedAt(work) < from.toEpochMilli(); work++) {
            publish(work, events);
        }
    }

    private static void related(String from, RelationKind kind, String to, Instant at, Consumer<Event> events) {
        events.accept(new Event.Related(Records.relation(from, kind, to, at)));
    }

    private void publish(int work, Consumer<Event> events) {
        events.accept(publication(work));
    }

    /** That a content, by index, is published. */
    public Event publication(int work) {
        Instant at = Instant.ofEpochMilli(publishedAt(work));
        return new Event.Published(
                at, Records.content(population, population.contents().get(work), at, 1));
    }

    private long publishedAt(int work) {
        return until - population.contents().get(work).ageMillis();
    }

    /** How many contents are published before a moment: those of the lowest indices. */
    public int publishedBefore(Instant moment) {
        int count = 0;
        while (count < population.contents().size() && publishedAt(count) < moment.toEpochMilli()) {
            count++;
        }
        return count;
    }

    /**
     * Lets them come. What is published meanwhile, what is served and what came of it is told in the order of time, so
     * that the policy is asked for a page when all that happened before has been told.
     *
     * @param from what was published before it is taken to be known
     */
    public void watch(List<Coming> sessions, Instant from, Policy policy, Consumer<Event> events) {
        new Watching(from, policy, events).all(sessions);
    }

    /** The same viewer, who from now on likes as many other topics as much, and the old ones no more. */
    public Viewer turned(Viewer viewer) {
        SplittableRandom random = Seeds.random(population.seed(), "turned " + viewer.id());
        short[] topics = viewer.topics().clone();
        Set<Short> taken = new HashSet<>();
        for (short topic : topics) {
            taken.add(topic);
        }
        for (int i = 0; i < topics.length && viewer.opinions()[i] > 0; i++) {
            do {
                topics[i] = (short) random.nextInt(population.topics().size());
            } while (!taken.add(topics[i]));
        }
        return new Viewer(
                viewer.index(),
                viewer.key(),
                viewer.city(),
                viewer.activity(),
                topics,
                viewer.opinions(),
                viewer.kinds(),
                viewer.budgetMinor(),
                viewer.positionBias(),
                viewer.patience(),
                viewer.owlHours());
    }

    /** Something to come: an event, or the next page of a session. */
    private record Pending(long at, long number, Event event, Turn turn) {}

    /** The next page of a session. */
    private record Turn(Coming coming, Session session, int page, int cursor) {}

    private final class Watching {
        private final PriorityQueue<Pending> pending =
                new PriorityQueue<>(Comparator.comparingLong(Pending::at).thenComparing(Pending::number));
        private final Policy policy;
        private final Consumer<Event> events;
        private final Set<Long> followedSince = new HashSet<>();
        private int published;
        private long numbered;

        Watching(Instant from, Policy policy, Consumer<Event> events) {
            this.policy = policy;
            this.events = events;
            this.published = publishedBefore(from);
        }

        void all(List<Coming> sessions) {
            for (Coming coming : sessions) {
                String id = "ss" + coming.atMillis() + "-" + coming.viewer().index();
                add(coming.atMillis(), null, new Turn(coming, new Session(id), 0, 0));
            }
            while (!pending.isEmpty()) {
                Pending due = pending.poll();
                while (published < population.contents().size() && publishedAt(published) <= due.at) {
                    publish(published++, events);
                }
                if (due.event != null) {
                    events.accept(due.event);
                } else {
                    page(due.at, due.turn);
                }
            }
        }

        private void add(long at, Event event, Turn turn) {
            pending.add(new Pending(at, numbered++, event, turn));
        }

        private void page(long began, Turn turn) {
            Coming coming = turn.coming;
            Viewer viewer = coming.viewer();
            Session session = turn.session;
            long chance = Seeds.mix(viewer.key() + 31L * coming.number()) ^ coming.atMillis();
            SplittableRandom ofPage = new SplittableRandom(Seeds.mix(chance - 1 - turn.page));
            Visit visit = new Visit(population, viewer, began, published, session, ofPage.split());
            int[] chosen = policy.page(visit, PAGE);
            String feedId = session.id + "-" + turn.cursor;
            List<ServedItem> items = new ArrayList<>(chosen.length);
            double pleasure = 0;
            int looked = 0;
            long at = began;
            for (int content : chosen) {
                Work work = population.contents().get(content);
                Situation situation = session.situation(work, session.position());
                items.add(item(work, situation.position(), policy.source()));
                SplittableRandom random = new SplittableRandom(Seeds.mix(chance + session.depth()));
                session.show(work);
                List<Act> acts = Behaviour.react(viewer, work, situation, follows(viewer, work.author()), random);
                if (!acts.isEmpty()) {
                    looked++;
                    pleasure += Behaviour.utility(viewer, work) - Behaviour.fatigue(viewer, situation);
                    write(
                            acts,
                            new Records.Place(viewer.id(), work, work.id(), feedId, situation.position(), session.id),
                            viewer,
                            at);
                }
                at += Behaviour.spent(acts);
            }
            events.accept(
                    new Event.Shown(Records.served(feedId, viewer, Instant.ofEpochMilli(began), session.id, items)));
            double mean = looked == 0 ? 0 : pleasure / looked;
            boolean stays = ofPage.nextDouble() < Behaviour.goesOn(viewer, mean, session.depth());
            boolean refreshes = ofPage.nextDouble() < REFRESHES;
            boolean more = coming.pages() == 0 ? stays : turn.page + 1 < coming.pages();
            if (more && chosen.length == PAGE && session.depth() < LONGEST_SESSION) {
                if (refreshes) {
                    session.refresh();
                }
                Turn next = new Turn(coming, session, turn.page + 1, turn.cursor + (refreshes ? 1 : 0));
                add(at + BETWEEN_PAGES, null, next);
            }
        }

        private boolean follows(Viewer viewer, int author) {
            return population.ties().follows(viewer.index(), author)
                    || followedSince.contains((long) viewer.index() << 32 | author);
        }

        private void write(List<Act> acts, Records.Place place, Viewer viewer, long came) {
            String prefix = place.feedId() + "-" + place.position() + ":";
            for (Act act : acts) {
                long at = came + act.afterMillis();
                Instant when = Instant.ofEpochMilli(at);
                String id = prefix + act.action();
                if (act.action() == Action.PURCHASE) {
                    add(at, new Event.Did(Records.order(place, Action.PURCHASE, "o" + id, when)), null);
                } else if (act.takenBack()) {
                    add(at, new Event.Did(Records.engagement(place, id + ":undone", act.action(), when, 0, id)), null);
                } else {
                    add(
                            at,
                            new Event.Did(Records.engagement(place, id, act.action(), when, act.watchedMillis(), null)),
                            null);
                }
                if (act.action() == Action.FOLLOW) {
                    followedSince.add((long) viewer.index() << 32 | place.work().author());
                }
            }
        }
    }

    private static ServedItem item(Work work, int position, String source) {
        return new ServedItem(
                work.id(),
                work.authorId(),
                position,
                source,
                0.0,
                Map.of(),
                List.of(),
                Map.of(),
                null,
                List.of(),
                null);
    }
}

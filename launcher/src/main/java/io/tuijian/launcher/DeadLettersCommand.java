package io.tuijian.launcher;

import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Topics;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
        name = "dead-letters",
        description = "Look at inputs that could not be used, and send them again.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "<verb>")
final class DeadLettersCommand {
    private static final int PREVIEW = 80;

    private record Input(String topic, ByteBuffer key, ByteBuffer value) {}

    private static final Comparator<DeadLetter> BY_TIME = Comparator.comparing(DeadLetter::getAt)
            .thenComparing(DeadLetter::getTopic)
            .thenComparing(DeadLetter::getPartition)
            .thenComparing(DeadLetter::getOffset);

    @Option(names = "--topic", scope = ScopeType.INHERIT, description = "Only inputs of this topic (default: of all).")
    private String topic;

    @Option(
            names = "--reason",
            paramLabel = "PART",
            scope = ScopeType.INHERIT,
            description = "Only those with this in their reason (default: all).")
    private String reason;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Where Kafka is, as for run jobs (default: the demo that runs from this checkout).")
    private Path config;

    @Spec
    private CommandSpec spec;

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    @Command(name = "list", description = "List them, the newest last.", mixinStandardHelpOptions = true)
    int list(
            @Option(
                            names = "--limit",
                            defaultValue = "50",
                            description = "At most so many, the newest (default: ${DEFAULT-VALUE}).")
                    int limit)
            throws InterruptedException {
        if (limit < 1 || limit > 100_000) {
            throw new ParameterException(spec.commandLine(), "--limit must be from 1 to 100000, not " + limit + ".");
        }
        PriorityQueue<DeadLetter> newest = new PriorityQueue<>(BY_TIME);
        long[] all = {0};
        DeadLetters.Read read = letters().each(filter(), letter -> {
            all[0]++;
            newest.add(letter);
            if (newest.size() > limit) {
                newest.poll();
            }
        });
        if (all[0] == 0) {
            out().println("There are no dead letters" + (topic == null && reason == null ? "." : " like that."));
        } else {
            table(newest.stream().sorted(BY_TIME).toList());
            if (all[0] > limit) {
                out().printf(Locale.ROOT, "The newest %,d of %,d.%n", limit, all[0]);
            }
        }
        sayUnreadable(read);
        return 0;
    }

    private void table(List<DeadLetter> letters) {
        int topics = width("topic", letters.stream().map(DeadLetter::getTopic).toList());
        int reasons =
                width("reason", letters.stream().map(DeadLetter::getReason).toList());
        String row = "%-" + topics + "s %9s %12s %-24s %-" + reasons + "s %s%n";
        out().printf(Locale.ROOT, row, "topic", "partition", "offset", "time", "reason", "preview");
        for (DeadLetter letter : letters) {
            out().printf(
                            Locale.ROOT,
                            row,
                            letter.getTopic(),
                            letter.getPartition(),
                            letter.getOffset(),
                            letter.getAt(),
                            letter.getReason(),
                            DeadLetters.preview(letter, PREVIEW));
        }
    }

    private static int width(String title, List<String> texts) {
        return Math.max(
                title.length(), texts.stream().mapToInt(String::length).max().orElse(0));
    }

    @Command(
            name = "replay",
            description = {
                "Send the original bytes with the original key to the topic they came from.",
                "Twice is once for an engagement, by its id, and for contents and relations, of which the newest of a"
                        + " key is sent unless Kafka has one that is as new. A page counts as often as it is sent, so"
                        + " that letters of served stay without --topic served."
            },
            mixinStandardHelpOptions = true)
    int replay(@Option(names = "--dry-run", description = "Only say what would be sent.") boolean dry)
            throws InterruptedException {
        Map<String, Long> sent = new TreeMap<>();
        Map<String, Long> left = new TreeMap<>();
        Set<Input> done = new HashSet<>();
        DeadLetters letters = letters();
        DeadLetters.Tables tables = letters.tables(filter());
        DeadLetters.Read read;
        try (Import kafka = new Import(bootstrapServers, partitionsOfRelations())) {
            read = letters.each(filter(), letter -> {
                String hindrance = DeadLetters.hindrance(letter);
                if (hindrance == null && letter.getTopic().equals(Topics.SERVED.name()) && topic == null) {
                    hindrance = "a page counts as often as it is sent; --topic served sends them";
                }
                if (hindrance == null && !done.add(new Input(letter.getTopic(), letter.getKey(), letter.getValue()))) {
                    return;
                }
                if (hindrance == null && !tables.take(letter)) {
                    hindrance = "there is one of the same key that is as new";
                }
                if (hindrance != null) {
                    left.merge(letter.getTopic() + ": " + hindrance, 1L, Long::sum);
                    return;
                }
                if (!dry) {
                    DeadLetters.send(letter, kafka);
                }
                sent.merge(letter.getTopic(), 1L, Long::sum);
            });
        }
        sent.forEach((name, count) ->
                out().printf(Locale.ROOT, "%,d %s to %s.%n", count, dry ? "would be sent again" : "sent again", name));
        if (sent.isEmpty()) {
            out().println("Nothing to send again.");
        }
        left.forEach((why, count) -> out().printf(Locale.ROOT, "%,d stay, %s.%n", count, why));
        sayUnreadable(read);
        return 0;
    }

    private String bootstrapServers;

    private DeadLetters letters() throws InterruptedException {
        bootstrapServers = ClusterConfig.running(config, Home.here()).bootstrapServers();
        Servers.requireTopic(bootstrapServers, Topics.DEAD_LETTERS.name());
        return new DeadLetters(bootstrapServers);
    }

    private int partitionsOfRelations() throws InterruptedException {
        return Servers.requireTopic(bootstrapServers, Topics.RELATIONS.name());
    }

    private DeadLetters.Filter filter() {
        return new DeadLetters.Filter(topic, reason);
    }

    private void sayUnreadable(DeadLetters.Read read) {
        if (read.unreadable() > 0) {
            out().printf(Locale.ROOT, "%,d records of the topic are no dead letters.%n", read.unreadable());
        }
    }
}

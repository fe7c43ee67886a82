package io.tuijian.launcher;

import io.tuijian.launcher.replay.Newest;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** The topic {@code dead-letters} from its beginning to where it ended when the reading began. */
final class DeadLetters {
    /**
     * Where an input lay, which is what a letter is known by: a job that restarts may write it twice. The offset of a
     * document is its version, so that only its key tells it from others.
     */
    record Place(String topic, int partition, long offset, ByteBuffer key) {
        static Place of(DeadLetter letter) {
            return new Place(letter.getTopic(), letter.getPartition(), letter.getOffset(), letter.getKey());
        }
    }

    /**
     * Which letters are wanted.
     *
     * @param topic of the input, null for any
     * @param reason a part of the reason, whatever its case; null for any
     */
    record Filter(String topic, String reason) {
        boolean keeps(DeadLetter letter) {
            return (topic == null || letter.getTopic().equals(topic))
                    && (reason == null
                            || letter.getReason().toLowerCase(Locale.ROOT).contains(reason.toLowerCase(Locale.ROOT)));
        }
    }

    /** What a reading came across: letters of the topic that are none themselves. */
    record Read(long unreadable) {}

    private final String bootstrapServers;

    DeadLetters(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Hands over each wanted letter once, in the order of their partitions. */
    Read each(Filter filter, Consumer<DeadLetter> letters) {
        Set<Place> met = new HashSet<>();
        long unreadable = TopicReader.each(bootstrapServers, Topics.DEAD_LETTERS, letter -> {
            if (filter.keeps(letter) && met.add(Place.of(letter))) {
                letters.accept(letter);
            }
        });
        return new Read(unreadable);
    }

    /** Picks letters of the compacted topics. */
    record Tables(Newest<Content> contents, Newest<Relation> relations) {
        /** False if this is not the letter to send for its key; true for letters of other topics. */
        boolean take(DeadLetter letter) {
            if (letter.getTopic().equals(Topics.CONTENTS.name())) {
                return contents.take(decoded(Topics.CONTENTS, letter));
            }
            return !letter.getTopic().equals(Topics.RELATIONS.name())
                    || relations.take(decoded(Topics.RELATIONS, letter));
        }

        private void offer(DeadLetter letter) {
            if (hindrance(letter) != null) {
                return;
            }
            if (letter.getTopic().equals(Topics.CONTENTS.name())) {
                contents.offer(decoded(Topics.CONTENTS, letter));
            } else if (letter.getTopic().equals(Topics.RELATIONS.name())) {
                relations.offer(decoded(Topics.RELATIONS, letter));
            }
        }
    }

    /** What Kafka holds and these letters offer of contents and relations. */
    Tables tables(Filter filter) {
        Tables tables = new Tables(Newest.contents(), Newest.relations());
        TopicReader.each(bootstrapServers, Topics.CONTENTS, tables.contents()::held);
        TopicReader.each(bootstrapServers, Topics.RELATIONS, tables.relations()::held);
        each(filter, tables::offer);
        return tables;
    }

    /** What keeps this letter from being sent again, or null. */
    static String hindrance(DeadLetter letter) {
        Optional<Topic<?>> topic = topic(letter);
        if (topic.isEmpty()) {
            return letter.getTopic() + " is not a topic";
        }
        try {
            topic.get().decode(bytes(letter.getValue()));
            return null;
        } catch (Topic.Undecodable e) {
            return e.getMessage();
        }
    }

    /** Sends the original bytes with the original key to where they came from. */
    static void send(DeadLetter letter, Import kafka) {
        Topic<?> topic = topic(letter).orElseThrow();
        if (topic == Topics.RELATIONS) {
            kafka.write(decoded(Topics.RELATIONS, letter));
        } else {
            kafka.write(topic, bytes(letter.getKey()), bytes(letter.getValue()));
        }
    }

    private static <T extends SpecificRecord> T decoded(Topic<T> topic, DeadLetter letter) {
        try {
            return topic.decode(bytes(letter.getValue()));
        } catch (Topic.Undecodable e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The input in short: decoded if it can be, else its bytes, those that are letters as such. */
    static String preview(DeadLetter letter, int length) {
        byte[] value = bytes(letter.getValue());
        if (value == null) {
            return "(no bytes)";
        }
        String text = topic(letter).map(topic -> decodedText(topic, value)).orElse(null);
        if (text == null) {
            StringBuilder plain = new StringBuilder();
            for (int i = 0; i < Math.min(value.length, length + 1); i++) {
                plain.append(value[i] >= ' ' && value[i] < 127 ? (char) value[i] : '·');
            }
            text = plain.toString();
        }
        text = text.replaceAll("\\p{Cntrl}", " ");
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }

    private static String decodedText(Topic<?> topic, byte[] value) {
        try {
            return topic.decode(value).toString();
        } catch (Topic.Undecodable e) {
            return null;
        }
    }

    private static Optional<Topic<?>> topic(DeadLetter letter) {
        return Topics.ALL.stream()
                .filter(topic -> topic.name().equals(letter.getTopic()))
                .findFirst();
    }

    static byte[] bytes(ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}

package io.tuijian.features;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificRecord;

/**
 * States as the bytes of their topics and back: the very bytes of {@link StateRecords}, without records in between.
 * What another release wrote is read by way of them.
 */
public final class StateBytes {
    private static final ContentKind[] KINDS = ContentKind.values();
    private static final Action[] ACTIONS = Action.values();

    private StateBytes() {}

    private interface Write<T> {
        void of(T value, Encoder out) throws IOException;
    }

    private interface Read<T> {
        T of(Decoder in) throws IOException;
    }

    private interface Convert<R, S> {
        S of(R row);
    }

    public static byte[] of(ViewerState state) {
        return Topics.VIEWER_STATES.encodeFields(out -> {
            out.writeString(state.viewerId());
            state.counts().write(out);
            write(state.byKind(), StateBytes::write, out);
            write(state.byTopic(), StateBytes::write, out);
            write(state.byAuthor(), StateBytes::write, out);
            write(state.recent(), StateBytes::write, out);
            write(state.seen(), StateBytes::write, out);
            out.writeLong(state.events());
            out.writeLong(state.updatedAtMillis());
            out.writeLong(state.firstAtMillis());
            write(state.usualPrices(), StateBytes::write, out);
        });
    }

    public static byte[] of(ContentState state) {
        return Topics.CONTENT_STATES.encodeFields(
                out -> write(state.contentId(), state.counts(), state.events(), state.updatedAtMillis(), out));
    }

    public static byte[] of(AuthorState state) {
        return Topics.AUTHOR_STATES.encodeFields(
                out -> write(state.authorId(), state.counts(), state.events(), state.updatedAtMillis(), out));
    }

    /**
     * The state in these bytes, written by this or any released version.
     *
     * @throws Topic.Undecodable if there is none; its message says why in one line
     */
    public static ViewerState viewer(byte[] bytes) throws Topic.Undecodable {
        return read(
                Topics.VIEWER_STATES,
                bytes,
                StateRecords::of,
                in -> new ViewerState(
                        in.readString(),
                        ActionCounts.read(in),
                        list(in, StateBytes::keyed),
                        list(in, StateBytes::keyed),
                        list(in, StateBytes::keyed),
                        list(in, StateBytes::recent),
                        list(in, StateBytes::seen),
                        in.readLong(),
                        in.readLong(),
                        in.readLong(),
                        list(in, StateBytes::price)));
    }

    /** Likewise of a content. */
    public static ContentState content(byte[] bytes) throws Topic.Undecodable {
        return read(
                Topics.CONTENT_STATES,
                bytes,
                StateRecords::of,
                in -> new ContentState(in.readString(), ActionCounts.read(in), in.readLong(), in.readLong()));
    }

    /** Likewise of an author. */
    public static AuthorState author(byte[] bytes) throws Topic.Undecodable {
        return read(
                Topics.AUTHOR_STATES,
                bytes,
                StateRecords::of,
                in -> new AuthorState(in.readString(), ActionCounts.read(in), in.readLong(), in.readLong()));
    }

    private static <R extends SpecificRecord, S> S read(
            Topic<R> topic, byte[] bytes, Convert<R, S> convert, Read<S> fields) throws Topic.Undecodable {
        Decoder in = bytes == null ? null : topic.fields(bytes);
        if (in != null) {
            try {
                return fields.of(in);
            } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException | NegativeArraySizeException e) {
                // the records say what is wrong, or read what only has another order
            }
        }
        return convert.of(topic.decode(bytes));
    }

    private static void write(String id, ActionCounts counts, long events, long updatedAtMillis, Encoder out)
            throws IOException {
        out.writeString(id);
        counts.write(out);
        out.writeLong(events);
        out.writeLong(updatedAtMillis);
    }

    private static <T> void write(List<T> list, Write<T> write, Encoder out) throws IOException {
        out.writeArrayStart();
        out.setItemCount(list.size());
        for (T item : list) {
            out.startItem();
            write.of(item, out);
        }
        out.writeArrayEnd();
    }

    private static <T> List<T> list(Decoder in, Read<T> read) throws IOException {
        List<T> list = new ArrayList<>();
        for (long items = in.readArrayStart(); items > 0; items = in.arrayNext()) {
            for (long i = 0; i < items; i++) {
                list.add(read.of(in));
            }
        }
        return List.copyOf(list);
    }

    private static void write(ViewerState.Keyed keyed, Encoder out) throws IOException {
        out.writeString(keyed.key());
        keyed.counts().write(out);
    }

    private static ViewerState.Keyed keyed(Decoder in) throws IOException {
        return new ViewerState.Keyed(in.readString(), ActionCounts.read(in));
    }

    private static void write(ViewerState.Recent recent, Encoder out) throws IOException {
        out.writeString(recent.contentId());
        out.writeString(recent.authorId());
        out.writeEnum(recent.kind().ordinal());
        write(recent.topics(), (topic, to) -> to.writeString(topic), out);
        out.writeEnum(recent.action().ordinal());
        out.writeLong(recent.atMillis());
        out.writeLong(recent.watchedMillis());
        out.writeString(recent.id());
    }

    private static ViewerState.Recent recent(Decoder in) throws IOException {
        String contentId = in.readString();
        String authorId = in.readString();
        ContentKind kind = KINDS[in.readEnum()];
        List<String> topics = list(in, Decoder::readString);
        Action action = ACTIONS[in.readEnum()];
        long atMillis = in.readLong();
        long watchedMillis = in.readLong();
        return new ViewerState.Recent(
                in.readString(), contentId, authorId, kind, topics, action, atMillis, watchedMillis);
    }

    private static void write(ViewerState.Seen seen, Encoder out) throws IOException {
        out.writeString(seen.contentId());
        out.writeLong(seen.atMillis());
    }

    private static ViewerState.Seen seen(Decoder in) throws IOException {
        return new ViewerState.Seen(in.readString(), in.readLong());
    }

    private static void write(UsualPrice price, Encoder out) throws IOException {
        out.writeString(price.currency());
        out.writeLong(price.asOfMillis());
        out.writeDouble(price.count());
        out.writeDouble(price.sumOfLogs());
        out.writeDouble(price.sumOfSquares());
    }

    private static UsualPrice price(Decoder in) throws IOException {
        return new UsualPrice(in.readString(), in.readLong(), in.readDouble(), in.readDouble(), in.readDouble());
    }
}

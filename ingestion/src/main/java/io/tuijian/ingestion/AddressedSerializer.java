package io.tuijian.ingestion;

import io.tuijian.features.reach.Estimate;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.ReachEvent;
import io.tuijian.features.reach.Stage;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Surface;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Of each kind of event the number that says so, then its fields. */
final class AddressedSerializer extends Compact.Serializer<Addressed> {
    private static final long serialVersionUID = 1;
    private static final int TOUCH = 0;
    private static final int TRACED = 1;
    private static final int MET = 2;
    private static final int WATCHED = 3;
    private static final int FOLLOWED = 4;
    private static final int PAGE = 5;
    private static final int SAMPLED = 6;

    private static final Level[] LEVELS = Level.values();
    private static final Action[] ACTIONS = Action.values();
    private static final Surface[] SURFACES = Surface.values();
    private static final Stage[] STAGES = Stage.values();

    AddressedSerializer() {
        super(Addressed.class);
    }

    @Override
    public void serialize(Addressed addressed, DataOutputView target) throws IOException {
        target.writeByte(addressed.level().ordinal());
        ReachEvent event = addressed.event();
        if (event instanceof ReachEvent.Touch touch) {
            target.writeByte(TOUCH);
            write(touch, target);
        } else if (event instanceof ReachEvent.Traced traced) {
            target.writeByte(TRACED);
            write(traced, target);
        } else if (event instanceof ReachEvent.Met met) {
            target.writeByte(MET);
            Compact.write(met.authorId(), target);
            Compact.write(met.contentId(), target);
            target.writeLong(met.atMillis());
            target.writeByte(met.weight());
        } else if (event instanceof ReachEvent.Watched watched) {
            target.writeByte(WATCHED);
            Compact.write(watched.authorId(), target);
            Compact.write(watched.viewerId(), target);
            target.writeLong(watched.atMillis());
            Compact.write(watched.city(), target);
            Compact.write(watched.relation(), target);
            Compact.write(watched.acquaintance(), target);
        } else if (event instanceof ReachEvent.Followed followed) {
            target.writeByte(FOLLOWED);
            Compact.write(followed.authorId(), target);
            target.writeLong(followed.atMillis());
            target.writeBoolean(followed.active());
        } else if (event instanceof ReachEvent.Page page) {
            target.writeByte(PAGE);
            target.writeByte(page.surface().ordinal());
            target.writeLong(page.atMillis());
        } else if (event instanceof ReachEvent.Sampled sampled) {
            target.writeByte(SAMPLED);
            write(sampled, target);
        } else {
            throw new IOException("an event of reach of an unknown kind");
        }
    }

    @Override
    public Addressed deserialize(DataInputView source) throws IOException {
        Level level = LEVELS[source.readByte()];
        return new Addressed(level, event(level, source));
    }

    private static ReachEvent event(Level level, DataInputView source) throws IOException {
        int kind = source.readByte();
        switch (kind) {
            case TOUCH:
                return touch(source);
            case TRACED:
                return traced(source);
            case MET:
                return new ReachEvent.Met(
                        Compact.text(source), Compact.text(source), source.readLong(), source.readByte());
            case WATCHED:
                return new ReachEvent.Watched(
                        Compact.text(source),
                        Compact.text(source),
                        source.readLong(),
                        Compact.text(source),
                        Compact.text(source),
                        Compact.text(source));
            case FOLLOWED:
                return new ReachEvent.Followed(Compact.text(source), source.readLong(), source.readBoolean());
            case PAGE:
                return new ReachEvent.Page(SURFACES[source.readByte()], source.readLong());
            case SAMPLED:
                return sampled(level, source);
            default:
                throw new IOException("an event of reach of an unknown kind: " + kind);
        }
    }

    static void write(ReachEvent.Touch touch, DataOutputView target) throws IOException {
        Compact.write(touch.authorId(), target);
        Compact.write(touch.contentId(), target);
        Compact.write(touch.viewerId(), target);
        target.writeLong(touch.atMillis());
        target.writeByte(touch.action() == null ? -1 : touch.action().ordinal());
        target.writeByte(touch.weight());
        target.writeLong(touch.watchedMillis());
        Compact.write(touch.money().currency(), target);
        if (touch.money().currency() != null) {
            target.writeLong(touch.money().amountMinor());
            target.writeLong(touch.money().commissionMinor());
        }
        write(touch.trace(), target);
        Compact.write(touch.touchpoint(), target);
        Compact.write(touch.brandId(), target);
    }

    static ReachEvent.Touch touch(DataInputView source) throws IOException {
        return new ReachEvent.Touch(
                Compact.text(source),
                Compact.text(source),
                Compact.text(source),
                source.readLong(),
                action(source),
                source.readByte(),
                source.readLong(),
                money(source),
                trace(source),
                Compact.text(source),
                Compact.text(source));
    }

    private static Action action(DataInputView source) throws IOException {
        int action = source.readByte();
        return action < 0 ? null : ACTIONS[action];
    }

    private static ReachEvent.Money money(DataInputView source) throws IOException {
        String currency = Compact.text(source);
        return currency == null
                ? ReachEvent.Money.NONE
                : new ReachEvent.Money(source.readLong(), source.readLong(), currency);
    }

    private static void write(ReachEvent.Trace trace, DataOutputView target) throws IOException {
        target.writeByte(trace.surface() == null ? -1 : trace.surface().ordinal());
        Compact.write(trace.source(), target);
    }

    private static ReachEvent.Trace trace(DataInputView source) throws IOException {
        int surface = source.readByte();
        return new ReachEvent.Trace(surface < 0 ? null : SURFACES[surface], Compact.text(source));
    }

    private static void write(ReachEvent.Traced traced, DataOutputView target) throws IOException {
        Compact.write(traced.authorId(), target);
        Compact.write(traced.contentId(), target);
        Compact.write(traced.viewerId(), target);
        target.writeLong(traced.atMillis());
        target.writeByte(traced.action() == null ? -1 : traced.action().ordinal());
        target.writeByte(traced.weight());
        write(traced.trace(), target);
    }

    private static ReachEvent.Traced traced(DataInputView source) throws IOException {
        return new ReachEvent.Traced(
                Compact.text(source),
                Compact.text(source),
                Compact.text(source),
                source.readLong(),
                action(source),
                source.readByte(),
                trace(source));
    }

    private static void write(ReachEvent.Sampled sampled, DataOutputView target) throws IOException {
        Compact.write(sampled.authorId(), target);
        Compact.write(sampled.contentId(), target);
        target.writeLong(sampled.atMillis());
        target.writeInt(sampled.parts().size());
        for (ReachEvent.Sampled.Part part : sampled.parts()) {
            target.writeByte(part.stage().ordinal());
            Compact.write(part.key(), target);
            target.writeDouble(part.more().value());
            target.writeDouble(part.more().variance());
        }
    }

    private static ReachEvent.Sampled sampled(Level level, DataInputView source) throws IOException {
        String authorId = Compact.text(source);
        String contentId = Compact.text(source);
        long atMillis = source.readLong();
        int count = source.readInt();
        List<ReachEvent.Sampled.Part> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            parts.add(new ReachEvent.Sampled.Part(
                    STAGES[source.readByte()],
                    Compact.text(source),
                    new Estimate(source.readDouble(), source.readDouble())));
        }
        return new ReachEvent.Sampled(level, authorId, contentId, atMillis, parts);
    }

    @Override
    public TypeSerializerSnapshot<Addressed> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Public for Flink alone. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Addressed> {
        public Snapshot() {
            super(AddressedSerializer::new);
        }
    }
}

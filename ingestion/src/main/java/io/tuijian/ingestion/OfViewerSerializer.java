package io.tuijian.ingestion;

import io.tuijian.schemas.Surface;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Of each kind the number that says so, then its fields. */
final class OfViewerSerializer extends Compact.Serializer<OfViewer> {
    private static final long serialVersionUID = 1;
    private static final int PAGE = 0;
    private static final int DID = 1;
    private static final int FOLLOWS = 2;
    private static final Surface[] SURFACES = Surface.values();

    OfViewerSerializer() {
        super(OfViewer.class);
    }

    @Override
    public void serialize(OfViewer event, DataOutputView target) throws IOException {
        if (event instanceof OfViewer.Page page) {
            target.writeByte(PAGE);
            write(page, target);
        } else if (event instanceof OfViewer.Did did) {
            target.writeByte(DID);
            AddressedSerializer.write(did.touch(), target);
            Compact.write(did.feedId(), target);
        } else if (event instanceof OfViewer.Follows follows) {
            target.writeByte(FOLLOWS);
            Compact.write(follows.viewerId(), target);
            Compact.write(follows.authorId(), target);
            target.writeBoolean(follows.active());
            target.writeLong(follows.atMillis());
        } else {
            throw new IOException("an event of a viewer of an unknown kind");
        }
    }

    private static void write(OfViewer.Page page, DataOutputView target) throws IOException {
        Compact.write(page.viewerId(), target);
        Compact.write(page.feedId(), target);
        target.writeLong(page.atMillis());
        target.writeByte(page.surface().ordinal());
        Compact.write(page.city(), target);
        target.writeInt(page.items().size());
        for (OfViewer.Page.Item item : page.items()) {
            Compact.write(item.contentId(), target);
            Compact.write(item.authorId(), target);
            target.writeInt(item.position());
            Compact.write(item.source(), target);
        }
    }

    @Override
    public OfViewer deserialize(DataInputView source) throws IOException {
        int kind = source.readByte();
        switch (kind) {
            case PAGE:
                return page(source);
            case DID:
                return new OfViewer.Did(AddressedSerializer.touch(source), Compact.text(source));
            case FOLLOWS:
                return new OfViewer.Follows(
                        Compact.text(source), Compact.text(source), source.readBoolean(), source.readLong());
            default:
                throw new IOException("an event of a viewer of an unknown kind: " + kind);
        }
    }

    private static OfViewer.Page page(DataInputView source) throws IOException {
        String viewerId = Compact.text(source);
        String feedId = Compact.text(source);
        long atMillis = source.readLong();
        Surface surface = SURFACES[source.readByte()];
        String city = Compact.text(source);
        int count = source.readInt();
        List<OfViewer.Page.Item> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(new OfViewer.Page.Item(
                    Compact.text(source), Compact.text(source), source.readInt(), Compact.text(source)));
        }
        return new OfViewer.Page(viewerId, feedId, atMillis, surface, city, items);
    }

    @Override
    public TypeSerializerSnapshot<OfViewer> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Public for Flink alone. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<OfViewer> {
        public Snapshot() {
            super(OfViewerSerializer::new);
        }
    }
}

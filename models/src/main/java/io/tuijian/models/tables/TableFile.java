package io.tuijian.models.tables;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/** The frame of a snapshot or delta: a header, the rows, and a checksum over each of the two. */
final class TableFile {
    static final int SNAPSHOT = 1;
    static final int DELTA = 2;

    private static final long MAGIC = 0x74756a69616e5431L;
    private static final int MOST = 1 << 30;

    private TableFile() {}

    /** @param sequence how many snapshots and deltas were written, this one included */
    record Header(int type, int width, int admitted, int bound, long seed, long sequence) {
        Header next() {
            return new Header(type, width, admitted, bound, seed, sequence + 1);
        }
    }

    /** Writes a header, lets the rows be written, and ends. The stream stays open. */
    static final class Writer {
        private final CheckedOutputStream checked;
        private final DataOutputStream body;

        Writer(OutputStream to, Header header) throws IOException {
            checked = new CheckedOutputStream(to, new CRC32());
            body = new DataOutputStream(new BufferedOutputStream(checked, 1 << 16));
            body.writeLong(MAGIC);
            body.writeInt(header.type);
            body.writeInt(header.width);
            body.writeInt(header.admitted);
            body.writeInt(header.bound);
            body.writeLong(header.seed);
            body.writeLong(header.sequence);
            checksum();
        }

        DataOutputStream body() {
            return body;
        }

        void end() throws IOException {
            checksum();
            body.flush();
        }

        private void checksum() throws IOException {
            body.flush();
            body.writeLong(checked.getChecksum().getValue());
            body.flush();
        }
    }

    /** Reads a header and lets the rows be read; {@link #end} says whether they were whole. */
    static final class Reader {
        private final CRC32 checksum = new CRC32();
        private final DataInputStream body;
        private final Header header;

        Reader(InputStream from, int type) throws IOException {
            body = new DataInputStream(new CheckedInputStream(new BufferedInputStream(from, 1 << 16), checksum));
            long magic = body.readLong();
            header = new Header(
                    body.readInt(), body.readInt(), body.readInt(), body.readInt(), body.readLong(), body.readLong());
            end();
            if (magic != MAGIC || header.type != type || header.bound < 0 || header.bound > MOST || header.width < 0) {
                throw new IOException("This is not a " + (type == SNAPSHOT ? "snapshot" : "delta") + " of a table.");
            }
        }

        Header header() {
            return header;
        }

        DataInputStream body() {
            return body;
        }

        void end() throws IOException {
            long found = checksum.getValue();
            if (body.readLong() != found) {
                throw new IOException("The table is truncated or changed: its checksum is not the written one.");
            }
        }
    }
}

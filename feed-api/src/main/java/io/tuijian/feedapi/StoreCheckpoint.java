package io.tuijian.feedapi;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.apache.kafka.common.TopicPartition;

/**
 * The file from which a replicated feature store starts again: what it held, and from where in the topics it goes on.
 * It appears whole or not at all, and ends with a checksum over everything before.
 */
final class StoreCheckpoint {
    private static final int MAGIC = 0x54755332; // "TuS2"
    private static final int END = -1;
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST = 1 << 26;

    private final Path file;

    StoreCheckpoint(Path file) {
        this.file = file;
    }

    /**
     * What stands before the entries.
     *
     * @param topics names and ids of the topics, which change when a topic is made anew
     * @param offsets where to go on
     */
    record Header(Instant at, String topics, Map<TopicPartition, Long> offsets) {}

    /**
     * @param topic its place in the list of topics
     * @param order what tells newer from older
     * @param bytes as in the topic
     */
    record Entry(int topic, String id, long order, long writtenAtMillis, byte[] bytes) {}

    /** Takes entries one by one. */
    interface Out {
        void entry(Entry entry) throws IOException;
    }

    /** Writes all entries. */
    interface Content {
        void writeTo(Out out) throws IOException;
    }

    /** The file cannot be used; the message says why. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }
    }

    /** Replaces the file at once; returns its size. */
    long write(Header header, Content content) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileOutputStream bare = new FileOutputStream(fresh.toFile())) {
            CheckedOutputStream checked = new CheckedOutputStream(new BufferedOutputStream(bare, BUFFER), new CRC32C());
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(checked, BUFFER));
            out.writeInt(MAGIC);
            out.writeLong(header.at.toEpochMilli());
            out.writeUTF(header.topics);
            out.writeInt(header.offsets.size());
            for (Map.Entry<TopicPartition, Long> offset : header.offsets.entrySet()) {
                out.writeUTF(offset.getKey().topic());
                out.writeInt(offset.getKey().partition());
                out.writeLong(offset.getValue());
            }
            content.writeTo(entry -> {
                out.writeByte(entry.topic);
                byte[] id = entry.id.getBytes(StandardCharsets.UTF_8);
                out.writeInt(id.length);
                out.write(id);
                out.writeLong(entry.order);
                out.writeLong(entry.writtenAtMillis);
                out.writeInt(entry.bytes.length);
                out.write(entry.bytes);
            });
            out.writeByte(END);
            out.flush();
            out.writeLong(checked.getChecksum().getValue());
            out.flush();
            bare.getFD().sync();
        }
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return Files.size(file);
    }

    /** What stands in front; null if there is no file. */
    Header header() throws IOException, Unusable {
        if (!Files.exists(file)) {
            return null;
        }
        try (DataInputStream in = open()) {
            return header(in);
        } catch (EOFException e) {
            throw new Unusable("it is cut off");
        }
    }

    private static Header header(DataInputStream in) throws IOException, Unusable {
        if (in.readInt() != MAGIC) {
            throw new Unusable("it is no checkpoint of this release");
        }
        Instant at = Instant.ofEpochMilli(in.readLong());
        String topics = in.readUTF();
        int partitions = in.readInt();
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            offsets.put(new TopicPartition(in.readUTF(), in.readInt()), in.readLong());
        }
        return new Header(at, topics, offsets);
    }

    /**
     * Hands over all entries, after the checksum has been found right.
     *
     * @return how many
     */
    long read(Out out) throws IOException, Unusable {
        check();
        try (DataInputStream in = open()) {
            header(in);
            long entries = 0;
            for (int topic = in.readByte(); topic != END; topic = in.readByte()) {
                String id = new String(bytes(in), StandardCharsets.UTF_8);
                long order = in.readLong();
                long writtenAt = in.readLong();
                out.entry(new Entry(topic, id, order, writtenAt, bytes(in)));
                entries++;
            }
            return entries;
        } catch (EOFException e) {
            throw new Unusable("it is cut off");
        }
    }

    private static byte[] bytes(DataInputStream in) throws IOException, Unusable {
        int length = in.readInt();
        if (length < 0 || length > LONGEST) {
            throw new Unusable("it is damaged");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private void check() throws IOException, Unusable {
        long rest = Files.size(file) - Long.BYTES;
        CRC32C sum = new CRC32C();
        try (InputStream bare = Files.newInputStream(file)) {
            CheckedInputStream checked = new CheckedInputStream(bare, sum);
            byte[] buffer = new byte[BUFFER];
            while (rest > 0) {
                int read = checked.read(buffer, 0, (int) Math.min(buffer.length, rest));
                if (read < 0) {
                    throw new Unusable("it is cut off");
                }
                rest -= read;
            }
            if (rest < 0 || new DataInputStream(bare).readLong() != sum.getValue()) {
                throw new Unusable("its checksum is wrong");
            }
        }
    }

    private DataInputStream open() throws IOException {
        return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER));
    }
}

package io.tuijian.models.tables;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A vector per id, in flat arrays. Ids are known by their 64-bit hash, which is kept whole, so that two ids meet only if
 * all 64 bits agree: among a million ids that happens to one pair with odds of 1 to 37 million. An id has a row of its own
 * from its n-th occurrence on, while there is room; until then it shares row 0. Rows are numbered without gaps;
 * {@link #expire} numbers them anew. The same calls give the same table. Not thread-safe.
 */
public final class EmbeddingTable implements Vectors {
    /** How far from what ids share a new row begins, at most, in each number. */
    private static final float SPREAD = .3f;

    private static final double TINY = 1e-8;
    private static final int LEAST = 16;

    private final int width;
    private final int admitted;
    private final int bound;
    private final long seed;
    private final Waiting waiting;

    private int size = 1;
    private int[] index = new int[2 * LEAST];
    private long[] hashes = new long[LEAST];
    private float[] vectors;
    private float[] squares = new float[LEAST];
    private int[] usedAt = new int[LEAST];

    private long sequence;
    private final BitSet changed = new BitSet();
    private long[] dropped = new long[0];
    private int drops;

    /**
     * Empty but for row 0.
     *
     * @param admitted occurrences from which an id has a row
     * @param bound rows at most, row 0 not counted; as many ids wait at most
     */
    public EmbeddingTable(int width, int admitted, int bound, long seed) {
        this.width = width;
        this.admitted = admitted;
        this.bound = bound;
        this.seed = seed;
        this.waiting = new Waiting(bound);
        this.vectors = new float[LEAST * width];
        begin(0, 0);
    }

    public int width() {
        return width;
    }

    @Override
    public int size() {
        return size;
    }

    /** Whether no further id gets a row before some expire. */
    public boolean isFull() {
        return size > bound;
    }

    @Override
    public int row(long hash) {
        int mask = index.length - 1;
        int place = (int) hash & mask;
        while (index[place] != 0) {
            if (hashes[index[place]] == hash) {
                return index[place];
            }
            place = place + 1 & mask;
        }
        return 0;
    }

    /** Counts an occurrence of the id with this hash, and gives its row, 0 if it has none yet. */
    public int meet(long hash, int minute) {
        int row = row(hash);
        if (row != 0) {
            use(row, minute);
            return row;
        }
        if (isFull() || (admitted > 1 && waiting.count(hash) < admitted)) {
            return 0;
        }
        waiting.forget(hash);
        return admit(hash, minute);
    }

    /** Remembers that this row was of use at this minute since 1970. */
    public void use(int row, int minute) {
        if (usedAt[row] < minute) {
            usedAt[row] = minute;
            changed.set(row);
        }
    }

    /** Valid until the next call that changes the table. */
    @Override
    public float[] vectors() {
        return vectors;
    }

    /**
     * One step of row-wise Adagrad: all numbers of a row share one sum of mean squares (Mudigere et al.,
     * "Software-hardware co-design for fast and scalable training of deep learning recommendation models", 2022).
     *
     * A gradient of 0 changes nothing.
     *
     * @param gradient {@code width} numbers from {@code from} on
     * @param decay share of the vector that a whole learning rate takes away
     */
    public void update(int row, float[] gradient, int from, double learningRate, double decay) {
        double square = 0;
        for (int i = 0; i < width; i++) {
            square += gradient[from + i] * gradient[from + i];
        }
        if (square == 0) {
            return;
        }
        squares[row] += (float) (square / width);
        float step = (float) (learningRate / Math.sqrt(squares[row] + TINY));
        float kept = (float) (1 - learningRate * decay);
        for (int i = 0, at = row * width; i < width; i++, at++) {
            vectors[at] = kept * vectors[at] - step * gradient[from + i];
        }
        changed.set(row);
    }

    /** Drops every row that was last of use before this minute; the others keep their order. Gives how many went. */
    public int expire(int before) {
        int kept = 1;
        for (int row = 1; row < size; row++) {
            if (usedAt[row] < before) {
                drop(hashes[row]);
                continue;
            }
            if (kept < row) {
                hashes[kept] = hashes[row];
                squares[kept] = squares[row];
                usedAt[kept] = usedAt[row];
                System.arraycopy(vectors, row * width, vectors, kept * width, width);
                changed.set(kept, changed.get(row));
            }
            kept++;
        }
        int gone = size - kept;
        if (gone > 0) {
            changed.clear(kept, size);
            size = kept;
            reindex(index.length);
        }
        return gone;
    }

    /** If the table is full, drops the eighth of the rows that was not of use for longest, and what is as old. */
    public void makeRoom() {
        if (isFull()) {
            int[] ages = Arrays.copyOfRange(usedAt, 1, size);
            Arrays.sort(ages);
            expire(ages[ages.length / 8] + 1);
        }
    }

    /** What it holds now, to read only, independent of what happens here later. */
    public FrozenTable frozen() {
        return new FrozenTable(width, index.clone(), Arrays.copyOf(hashes, size), Arrays.copyOf(vectors, size * width));
    }

    /** The same table, independent of this one. */
    public EmbeddingTable copy() {
        EmbeddingTable copy = new EmbeddingTable(width, admitted, bound, seed);
        copy.size = size;
        copy.index = index.clone();
        copy.hashes = hashes.clone();
        copy.vectors = vectors.clone();
        copy.squares = squares.clone();
        copy.usedAt = usedAt.clone();
        copy.waiting.takeFrom(waiting);
        copy.sequence = sequence;
        copy.changed.or(changed);
        copy.dropped = dropped.clone();
        copy.drops = drops;
        return copy;
    }

    /** How much memory its arrays take. */
    public long bytes() {
        return 4L * index.length
                + 8L * hashes.length
                + 4L * vectors.length
                + 4L * squares.length
                + 4L * usedAt.length
                + changed.size() / 8
                + 8L * dropped.length
                + waiting.bytes();
    }

    /** Writes all of it. Later deltas go on from here. */
    public void writeSnapshot(OutputStream to) throws IOException {
        sequence++;
        TableFile.Writer out = new TableFile.Writer(to, header(TableFile.SNAPSHOT));
        DataOutputStream body = out.body();
        body.writeInt(size);
        for (int row = 0; row < size; row++) {
            write(row, body);
        }
        waiting.write(body);
        out.end();
        forgetChanges();
    }

    /** Writes what changed since the last snapshot or delta, and how to drop what went. */
    public void writeDelta(OutputStream to) throws IOException {
        sequence++;
        TableFile.Writer out = new TableFile.Writer(to, header(TableFile.DELTA));
        DataOutputStream body = out.body();
        body.writeInt(drops);
        for (int i = 0; i < drops; i++) {
            body.writeLong(dropped[i]);
        }
        body.writeInt(changed.cardinality());
        for (int row = changed.nextSetBit(0); row >= 0; row = changed.nextSetBit(row + 1)) {
            write(row, body);
        }
        waiting.write(body);
        out.end();
        forgetChanges();
    }

    /**
     * Reads a snapshot.
     *
     * @throws IOException if it is truncated, changed or none
     */
    public static EmbeddingTable read(InputStream from) throws IOException {
        try {
            TableFile.Reader in = new TableFile.Reader(from, TableFile.SNAPSHOT);
            TableFile.Header header = in.header();
            EmbeddingTable table = new EmbeddingTable(header.width(), header.admitted(), header.bound(), header.seed());
            table.readRows(in);
            table.sequence = header.sequence();
            return table;
        } catch (EOFException e) {
            throw new IOException("The table is truncated.", e);
        }
    }

    /**
     * Applies the delta that was written next after what was read last.
     *
     * @throws IOException if it is truncated, changed or not the next one; the table is then of no more use
     */
    public void apply(InputStream from) throws IOException {
        try {
            TableFile.Reader in = new TableFile.Reader(from, TableFile.DELTA);
            if (!in.header().equals(header(TableFile.DELTA).next())) {
                throw new IOException("This delta does not follow what was read before.");
            }
            for (int gone = in.body().readInt(); gone > 0; gone--) {
                int row = row(in.body().readLong());
                usedAt[row] = row == 0 ? usedAt[row] : Integer.MIN_VALUE;
            }
            expire(Integer.MIN_VALUE + 1);
            readRows(in);
            sequence = in.header().sequence();
        } catch (EOFException e) {
            throw new IOException("The table is truncated.", e);
        }
    }

    private void readRows(TableFile.Reader in) throws IOException {
        int rows = in.body().readInt();
        for (int i = 0; i < rows; i++) {
            readRow(in.body());
        }
        waiting.read(in.body());
        in.end();
        forgetChanges();
    }

    private int admit(long hash, int minute) {
        int row = append(hash);
        begin(row, hash);
        usedAt[row] = minute;
        changed.set(row);
        return row;
    }

    private int append(long hash) {
        if (size == hashes.length) {
            int room = (int) Math.min(2L * size, Math.max(size + 1L, bound + 1L));
            hashes = Arrays.copyOf(hashes, room);
            vectors = Arrays.copyOf(vectors, room * width);
            squares = Arrays.copyOf(squares, room);
            usedAt = Arrays.copyOf(usedAt, room);
        }
        int row = size++;
        hashes[row] = hash;
        if (3L * size > 2L * index.length) {
            reindex(2 * index.length);
        } else {
            put(row);
        }
        return row;
    }

    /** A new row begins near what ids without a row share, at a place that its hash and the seed say. */
    private void begin(int row, long hash) {
        long state = hash ^ seed * 0x9e3779b97f4a7c15L;
        squares[row] = 0;
        for (int i = 0; i < width; i++) {
            state = mixed(state + 0x9e3779b97f4a7c15L);
            float spread = SPREAD * ((state >> 40) / (float) (1 << 23));
            vectors[row * width + i] = row == 0 ? spread : vectors[i] + spread;
        }
    }

    private static long mixed(long state) {
        long z = (state ^ state >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    private void reindex(int places) {
        index = new int[places];
        for (int row = 1; row < size; row++) {
            put(row);
        }
    }

    private void put(int row) {
        int mask = index.length - 1;
        int place = (int) hashes[row] & mask;
        while (index[place] != 0) {
            place = place + 1 & mask;
        }
        index[place] = row;
    }

    private void drop(long hash) {
        if (drops == dropped.length) {
            dropped = Arrays.copyOf(dropped, Math.max(LEAST, 2 * drops));
        }
        dropped[drops++] = hash;
    }

    private void forgetChanges() {
        changed.clear();
        dropped = new long[0];
        drops = 0;
    }

    private TableFile.Header header(int type) {
        return new TableFile.Header(type, width, admitted, bound, seed, sequence);
    }

    private void write(int row, DataOutputStream to) throws IOException {
        to.writeLong(hashes[row]);
        to.writeFloat(squares[row]);
        to.writeInt(usedAt[row]);
        for (int i = 0; i < width; i++) {
            to.writeFloat(vectors[row * width + i]);
        }
    }

    private void readRow(DataInputStream from) throws IOException {
        long hash = from.readLong();
        int row = hash == 0 ? 0 : row(hash);
        if (row == 0 && hash != 0) {
            if (isFull()) {
                throw new IOException("The table holds more rows than it may.");
            }
            row = append(hash);
        }
        squares[row] = from.readFloat();
        usedAt[row] = from.readInt();
        for (int i = 0; i < width; i++) {
            vectors[row * width + i] = from.readFloat();
        }
    }
}

package io.tuijian.launcher.trainer;

import io.tuijian.features.reach.StableHash;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What was learned of each example, so that a correction can be told from news. Keeps at least the newest
 * {@code generation} examples and at most twice as many, in tables that never grow: 500,000 take 42 MB. Not thread-safe.
 */
final class Told {
    private final int generation;
    private Table young;
    private Table old;
    private long forgottenUntil = Long.MIN_VALUE;

    /** Labels as bits, share watched, and the probability with which the row was kept. */
    record Labels(int bits, float watchedShare, float sampleRate) {}

    Told(int generation) {
        this.generation = generation;
        this.young = new Table(generation);
        this.old = new Table(generation);
    }

    /** What was learned of this example, or null. */
    Labels of(String id) {
        long hash = hash(id);
        Labels known = young.get(hash);
        return known == null ? old.get(hash) : known;
    }

    /** True if this may have been learned and forgotten since, so that nothing can be told. */
    boolean mayBeForgotten(long servedAtMillis) {
        return servedAtMillis <= forgottenUntil;
    }

    void put(String id, Labels labels, long servedAtMillis) {
        long hash = hash(id);
        if (!young.has(hash) && young.size == generation) {
            if (old.size > 0) {
                forgottenUntil = Math.max(forgottenUntil, old.newestMillis);
            }
            old = young;
            young = new Table(generation);
        }
        young.put(hash, labels, servedAtMillis);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(forgottenUntil);
        old.write(out);
        young.write(out);
    }

    static Told read(DataInputStream in, int generation) throws IOException {
        Told told = new Told(generation);
        told.forgottenUntil = in.readLong();
        for (int table = 0; table < 2; table++) {
            long newest = in.readLong();
            for (int left = in.readInt(); left > 0; left--) {
                long hash = in.readLong();
                Labels labels = new Labels(in.readInt(), in.readFloat(), in.readFloat());
                Table into = table == 0 ? told.old : told.young;
                if (into.size == generation) {
                    throw new IOException("it remembers more examples than are kept");
                }
                into.put(hash, labels, newest);
            }
        }
        return told;
    }

    private static long hash(String id) {
        long hash = StableHash.of(id);
        return hash == 0 ? 1 : hash;
    }

    /** Open addressing at most half full; 0 is no hash. */
    private static final class Table {
        private final long[] hashes;
        private final int[] bits;
        private final float[] shares;
        private final float[] rates;
        private int size;
        private long newestMillis = Long.MIN_VALUE;

        Table(int most) {
            int places = Integer.highestOneBit(Math.max(1, most)) * 4;
            hashes = new long[places];
            bits = new int[places];
            shares = new float[places];
            rates = new float[places];
        }

        private int place(long hash) {
            int place = (int) hash & hashes.length - 1;
            while (hashes[place] != 0 && hashes[place] != hash) {
                place = place + 1 & hashes.length - 1;
            }
            return place;
        }

        boolean has(long hash) {
            return hashes[place(hash)] == hash;
        }

        Labels get(long hash) {
            int place = place(hash);
            return hashes[place] == 0 ? null : new Labels(bits[place], shares[place], rates[place]);
        }

        void put(long hash, Labels labels, long atMillis) {
            int place = place(hash);
            size += hashes[place] == 0 ? 1 : 0;
            hashes[place] = hash;
            bits[place] = labels.bits();
            shares[place] = labels.watchedShare();
            rates[place] = labels.sampleRate();
            newestMillis = Math.max(newestMillis, atMillis);
        }

        void write(DataOutputStream out) throws IOException {
            out.writeLong(newestMillis);
            out.writeInt(size);
            for (int place = 0; place < hashes.length; place++) {
                if (hashes[place] != 0) {
                    out.writeLong(hashes[place]);
                    out.writeInt(bits[place]);
                    out.writeFloat(shares[place]);
                    out.writeFloat(rates[place]);
                }
            }
        }
    }
}

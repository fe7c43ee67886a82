package io.tuijian.models.tables;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * How often ids occurred that have no row yet, by hash. When as many wait as may, every count is halved and those at 0
 * are forgotten, so that rare ids never crowd out the others.
 */
final class Waiting {
    private static final int LEAST = 64;

    private final int bound;
    private int size;
    private long[] hashes = new long[LEAST];
    private int[] counts = new int[LEAST];

    Waiting(int bound) {
        this.bound = Math.max(1, bound);
    }

    /** Counts one more and gives how many that makes. */
    int count(long hash) {
        int place = place(hash);
        if (counts[place] == 0) {
            while (size >= bound) {
                keep(hashes, counts, true);
            }
            if (3L * size >= 2L * hashes.length) {
                resize(2 * hashes.length);
            }
            place = place(hash);
            hashes[place] = hash;
            size++;
        }
        return ++counts[place];
    }

    /** Forgets this one: it has a row now. */
    void forget(long hash) {
        int place = place(hash);
        if (counts[place] == 0) {
            return;
        }
        int mask = hashes.length - 1;
        counts[place] = 0;
        size--;
        int hole = place;
        for (int next = hole + 1 & mask; counts[next] != 0; next = next + 1 & mask) {
            int home = (int) hashes[next] & mask;
            if ((next - home & mask) >= (next - hole & mask)) {
                hashes[hole] = hashes[next];
                counts[hole] = counts[next];
                counts[next] = 0;
                hole = next;
            }
        }
    }

    long bytes() {
        return 12L * hashes.length;
    }

    void takeFrom(Waiting other) {
        size = other.size;
        hashes = other.hashes.clone();
        counts = other.counts.clone();
    }

    void write(DataOutputStream to) throws IOException {
        to.writeInt(hashes.length);
        to.writeInt(size);
        for (int place = 0; place < hashes.length; place++) {
            if (counts[place] > 0) {
                to.writeLong(hashes[place]);
                to.writeInt(counts[place]);
            }
        }
    }

    void read(DataInputStream from) throws IOException {
        int places = from.readInt();
        int waiting = from.readInt();
        if (places <= 0
                || Integer.bitCount(places) != 1
                || places > 4L * bound + LEAST
                || waiting > bound
                || waiting >= places) {
            throw new IOException("The ids that wait for a row are damaged.");
        }
        hashes = new long[places];
        counts = new int[places];
        size = waiting;
        for (int i = 0; i < waiting; i++) {
            long hash = from.readLong();
            int place = place(hash);
            hashes[place] = hash;
            counts[place] = from.readInt();
        }
    }

    private int place(long hash) {
        int mask = hashes.length - 1;
        int place = (int) hash & mask;
        while (counts[place] != 0 && hashes[place] != hash) {
            place = place + 1 & mask;
        }
        return place;
    }

    private void resize(int places) {
        long[] beforeHashes = hashes;
        int[] beforeCounts = counts;
        hashes = new long[places];
        counts = new int[places];
        keep(beforeHashes, beforeCounts, false);
    }

    private void keep(long[] fromHashes, int[] fromCounts, boolean halved) {
        if (halved) {
            hashes = new long[fromHashes.length];
            counts = new int[fromCounts.length];
        }
        size = 0;
        for (int i = 0; i < fromHashes.length; i++) {
            int count = halved ? fromCounts[i] / 2 : fromCounts[i];
            if (count > 0) {
                int place = place(fromHashes[i]);
                hashes[place] = fromHashes[i];
                counts[place] = count;
                size++;
            }
        }
    }
}

package io.tuijian.models.tables;

import io.tuijian.features.reach.StableHash;

/**
 * The vectors of one slot, to read only: row 0 is what ids without a vector of their own share. Safe from many threads.
 *
 * @param index rows by hash, open addressing with a power of two of places; 0 where there is none
 * @param hashes {@link StableHash} of each row's id
 * @param vectors {@code width} numbers per row, one row after the other
 */
public record FrozenTable(int width, int[] index, long[] hashes, float[] vectors) implements Vectors {
    /** The row of this id, 0 if it has none. */
    public int row(String id) {
        return row(StableHash.of(id));
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

    @Override
    public int size() {
        return hashes.length;
    }
}

package io.tuijian.features.reach;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long viewers watched: counts in buckets of 2 % (Masson, Rim and Lee, "DDSketch", 2019), so that a quantile is
 * within 1 % of a true one, sums are exact and the order does not matter. Immutable.
 */
public final class WatchTimes {
    public static final WatchTimes NONE = new WatchTimes(new TreeMap<>());

    private static final double GAMMA = 1.02;
    private static final double LN_GAMMA = StrictMath.log(GAMMA);

    /** Bucket of those that watched nothing. */
    private static final int ZERO = -1;

    private final SortedMap<Integer, Long> counts;

    private WatchTimes(SortedMap<Integer, Long> counts) {
        this.counts = counts;
    }

    /** How many there were. */
    public long count() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    public boolean isEmpty() {
        return counts.isEmpty();
    }

    /**
     * So many milliseconds that this share of them is not longer.
     *
     * @param share in [0, 1]
     * @return 0 if there are none
     */
    public long quantileMillis(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * count()));
        long passed = 0;
        for (Map.Entry<Integer, Long> bucket : counts.entrySet()) {
            passed += bucket.getValue();
            if (passed >= rank) {
                return bucket.getKey() == ZERO
                        ? 0
                        : Math.round(2 * StrictMath.pow(GAMMA, bucket.getKey()) / (GAMMA + 1));
            }
        }
        return 0;
    }

    public WatchTimes plus(WatchTimes other) {
        Sum sum = new Sum();
        sum.add(this);
        sum.add(other);
        return sum.watchTimes();
    }

    /** The buckets in Base64; empty if there are none. */
    public String toBase64() {
        ByteBuffer bytes = ByteBuffer.allocate(counts.size() * 20);
        int last = ZERO;
        for (Map.Entry<Integer, Long> bucket : counts.entrySet()) {
            write(bytes, bucket.getKey() - last);
            write(bytes, bucket.getValue() << 1 ^ bucket.getValue() >> 63);
            last = bucket.getKey();
        }
        return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(bytes.array(), bytes.position()));
    }

    private static void write(ByteBuffer bytes, long number) {
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            bytes.put((byte) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        bytes.put((byte) rest);
    }

    /**
     * What {@link #toBase64} wrote.
     *
     * @throws IllegalArgumentException if it is nothing of the kind
     */
    public static WatchTimes fromBase64(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
        SortedMap<Integer, Long> counts = new TreeMap<>();
        int last = ZERO;
        while (bytes.hasRemaining()) {
            last += (int) read(bytes);
            long count = read(bytes);
            counts.put(last, count >>> 1 ^ -(count & 1));
        }
        return counts.isEmpty() ? NONE : new WatchTimes(counts);
    }

    private static long read(ByteBuffer bytes) {
        long number = 0;
        for (int shift = 0; shift < 64 && bytes.hasRemaining(); shift += 7) {
            byte next = bytes.get();
            number |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("not a sketch of watch times");
    }

    @Override
    public String toString() {
        return count() + " watch times";
    }

    /** Many added up; not thread-safe. */
    static final class Sum {
        private SortedMap<Integer, Long> counts = Collections.emptySortedMap();

        void add(long millis, int weight) {
            int bucket = millis <= 0 ? ZERO : (int) Math.ceil(StrictMath.log(millis) / LN_GAMMA);
            merge(bucket, weight);
        }

        void add(WatchTimes times) {
            times.counts.forEach(this::merge);
        }

        private void merge(int bucket, long count) {
            if (counts.isEmpty()) {
                counts = new TreeMap<>();
            }
            counts.merge(bucket, count, (some, others) -> some + others == 0 ? null : some + others);
        }

        int size() {
            return counts.size();
        }

        WatchTimes watchTimes() {
            return counts.isEmpty() ? NONE : new WatchTimes(new TreeMap<>(counts));
        }
    }
}

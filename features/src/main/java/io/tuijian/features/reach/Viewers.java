package io.tuijian.features.reach;

import java.util.Arrays;
import java.util.Base64;
import org.apache.datasketches.cpc.CpcSketch;
import org.apache.datasketches.cpc.CpcUnion;

/**
 * How many different viewers: a CPC sketch (Lang, "Back to the Future: an Even More Nearly Optimal Cardinality
 * Estimation Algorithm", 2017) that merges with others, exact while there are few, then within about 2 %. Immutable.
 */
public final class Viewers {
    public static final Viewers NONE = new Viewers(null, new long[0]);

    private static final int LG_K = 11;

    /** Hashes kept beside the sketch, so that not every viewer unpacks and packs it again. */
    private static final int FRESH = 32;

    private final byte[] packed;
    private final long[] fresh;

    private Viewers(byte[] packed, long[] fresh) {
        this.packed = packed;
        this.fresh = fresh;
    }

    /** These and one more, unless among them already. */
    public Viewers plus(String viewerId) {
        long hash = StableHash.of(viewerId);
        int at = Arrays.binarySearch(fresh, hash);
        if (at >= 0) {
            return this;
        }
        if (fresh.length == FRESH) {
            return new Viewers(sketch().toByteArray(), new long[] {hash});
        }
        int insert = -at - 1;
        long[] next = new long[fresh.length + 1];
        System.arraycopy(fresh, 0, next, 0, insert);
        next[insert] = hash;
        System.arraycopy(fresh, insert, next, insert + 1, fresh.length - insert);
        return new Viewers(packed, next);
    }

    public Viewers plus(Viewers other) {
        if (isEmpty()) {
            return other;
        }
        if (other.isEmpty()) {
            return this;
        }
        Union union = new Union();
        union.add(this);
        union.add(other);
        return union.viewers();
    }

    public boolean isEmpty() {
        return packed == null && fresh.length == 0;
    }

    /** The estimate, to the nearest whole number. */
    public long count() {
        return isEmpty() ? 0 : packed == null ? fresh.length : Math.round(sketch().getEstimate());
    }

    /** The serialized sketch in Base64; empty if there is nobody. */
    public String toBase64() {
        return isEmpty() ? "" : Base64.getEncoder().encodeToString(sketch().toByteArray());
    }

    /**
     * What {@link #toBase64} wrote.
     *
     * @throws IllegalArgumentException if it is nothing of the kind
     */
    public static Viewers fromBase64(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        byte[] bytes = Base64.getDecoder().decode(text);
        try {
            CpcSketch.heapify(bytes);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not a sketch of viewers", e);
        }
        return new Viewers(bytes, new long[0]);
    }

    private CpcSketch sketch() {
        CpcSketch sketch = packed == null ? new CpcSketch(LG_K) : CpcSketch.heapify(packed);
        for (long hash : fresh) {
            sketch.update(hash);
        }
        return sketch;
    }

    @Override
    public String toString() {
        return count() + " viewers";
    }

    /** Many merged at the price of one; not thread-safe. */
    static final class Union {
        private final CpcUnion union = new CpcUnion(LG_K);
        private boolean empty = true;

        void add(Viewers viewers) {
            if (!viewers.isEmpty()) {
                union.update(viewers.sketch());
                empty = false;
            }
        }

        Viewers viewers() {
            return empty ? NONE : new Viewers(union.getResult().toByteArray(), new long[0]);
        }
    }
}

package io.tuijian.features.reach;

/** How much of a reach had one surface, source or touchpoint. */
public record Cell(long served, long seen, long engaged, long bought) {
    public static final Cell NONE = new Cell(0, 0, 0, 0);

    public Cell plus(Cell other) {
        return new Cell(served + other.served, seen + other.seen, engaged + other.engaged, bought + other.bought);
    }

    boolean isZero() {
        return equals(NONE);
    }
}

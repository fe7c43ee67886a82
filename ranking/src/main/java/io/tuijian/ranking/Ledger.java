package io.tuijian.ranking;

import io.tuijian.schemas.Surface;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.DoubleAdder;

/** What this process has promised to each share, and given. Safe from many threads. */
public final class Ledger {
    private final Map<Share, DoubleAdder> promised = adders();
    private final Map<Share, DoubleAdder> given = adders();

    /** A page that is served. */
    void enter(List<Placed> items, Tuning tuning, Surface surface) {
        for (Share share : Share.values()) {
            promised.get(share).add(share.of(tuning.of(surface)) * items.size());
            for (Placed item : items) {
                if (share.turn().equals(item.turn())) {
                    given.get(share).add(1);
                }
            }
        }
    }

    /** Positions, and parts of positions, that were promised to it. */
    public double promised(Share share) {
        return promised.get(share).sum();
    }

    /** Positions that were its turn. */
    public double given(Share share) {
        return given.get(share).sum();
    }

    private static Map<Share, DoubleAdder> adders() {
        Map<Share, DoubleAdder> adders = new EnumMap<>(Share.class);
        for (Share share : Share.values()) {
            adders.put(share, new DoubleAdder());
        }
        return adders;
    }
}

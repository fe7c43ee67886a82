package io.tuijian.models;

import io.tuijian.schemas.Action;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/** A probability for each head of {@link Heads#ALL}, as a map that takes no more than its numbers. Not to be changed. */
public final class HeadProbabilities extends AbstractMap<Action, Double> {
    private static final int[] HEADS = heads();

    private final float[] byHead;

    /** @param byHead in the order of {@link Heads#ALL}; kept, not copied */
    public HeadProbabilities(float[] byHead) {
        this.byHead = byHead;
    }

    private static int[] heads() {
        int[] heads = new int[Action.values().length];
        for (Action action : Action.values()) {
            heads[action.ordinal()] = Heads.index(action);
        }
        return heads;
    }

    /** 0 if there is no such head. */
    double of(Action action) {
        int head = HEADS[action.ordinal()];
        return head < 0 ? 0 : byHead[head];
    }

    @Override
    public boolean containsKey(Object key) {
        return key instanceof Action action && HEADS[action.ordinal()] >= 0;
    }

    @Override
    public Double get(Object key) {
        return containsKey(key) ? (Double) of((Action) key) : null;
    }

    @Override
    public Set<Entry<Action, Double>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return byHead.length;
            }

            @Override
            public Iterator<Entry<Action, Double>> iterator() {
                return new Iterator<>() {
                    private int head;

                    @Override
                    public boolean hasNext() {
                        return head < byHead.length;
                    }

                    @Override
                    public Entry<Action, Double> next() {
                        if (!hasNext()) {
                            throw new NoSuchElementException();
                        }
                        Action action = Heads.ALL.get(head);
                        return Map.entry(action, (double) byHead[head++]);
                    }
                };
            }
        };
    }
}

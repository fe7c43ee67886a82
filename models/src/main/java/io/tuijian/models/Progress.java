package io.tuijian.models;

/** Hears how far a long piece of work is. */
@FunctionalInterface
public interface Progress {
    Progress UNHEARD = (step, done) -> {};

    /** @param done of this step, in [0, 1] */
    void at(String step, double done);
}

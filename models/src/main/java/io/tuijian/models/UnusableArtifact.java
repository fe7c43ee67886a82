package io.tuijian.models;

/** A published model that must not be served; the message says why in one sentence. */
public final class UnusableArtifact extends RuntimeException {
    public UnusableArtifact(String why) {
        super(why);
    }

    public UnusableArtifact(String why, Throwable cause) {
        super(why, cause);
    }
}

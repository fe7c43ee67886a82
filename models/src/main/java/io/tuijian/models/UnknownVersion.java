package io.tuijian.models;

/** The registry has no such model or version. */
public final class UnknownVersion extends IllegalArgumentException {
    public UnknownVersion(String model, String version) {
        super("The registry has no version " + version + " of " + model + ".");
    }
}

package io.tuijian.launcher;

/** A command cannot do what it was asked; the message is one line that its user can act on. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Failure(String message) {
        super(message);
    }

    public Failure(String message, Throwable cause) {
        super(message, cause);
    }
}

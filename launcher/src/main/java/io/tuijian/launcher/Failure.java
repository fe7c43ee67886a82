package io.tuijian.launcher;

/** A command cannot do what it was asked; the message is one line that its user can act on. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failure(String message) {
        super(message);
    }

    Failure(String message, Throwable cause) {
        super(message, cause);
    }
}

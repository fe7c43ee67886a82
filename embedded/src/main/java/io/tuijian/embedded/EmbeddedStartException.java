package io.tuijian.embedded;

/** A server could not be started; the message is one sentence or two that its reader can act on. */
public final class EmbeddedStartException extends RuntimeException {

    public EmbeddedStartException(String message) {
        super(message);
    }

    public EmbeddedStartException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What went wrong at the bottom of a chain of causes, on one line. */
    static String rootMessage(Throwable problem) {
        Throwable root = problem;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = root.getMessage() == null || root.getMessage().isBlank()
                ? root.getClass().getSimpleName()
                : root.getClass().getSimpleName() + ": " + root.getMessage();
        return text.lines().findFirst().orElse(text).strip();
    }
}

package io.tuijian.embedded;

/** A Flink job ended otherwise than it should; the message names the job and the cause at the bottom. */
public final class JobFailedException extends RuntimeException {

    public JobFailedException(String job, Throwable cause) {
        super("The job " + job + " failed: " + EmbeddedStartException.rootMessage(cause), cause);
    }
}

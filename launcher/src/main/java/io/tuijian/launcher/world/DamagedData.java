package io.tuijian.launcher.world;

/** A data file that is missing, truncated or holds a row that cannot be read; its message is one line: file, line, why. */
public final class DamagedData extends RuntimeException {
    private static final long serialVersionUID = 1;

    DamagedData(String file, long line, String why, Throwable cause) {
        super(file + ", line " + line + ": " + why, cause);
    }

    DamagedData(String file, String why, Throwable cause) {
        super(file + ": " + why, cause);
    }
}

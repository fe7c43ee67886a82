package io.tuijian.feedapi;

import java.util.Locale;

/** What a token may do. */
public enum Role {
    VIEWER,
    CREATOR,
    PUBLISHER,
    SCIENTIST,
    OPERATOR;

    /** As it stands in tokens and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

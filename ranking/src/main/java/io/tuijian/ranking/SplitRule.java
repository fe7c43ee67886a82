package io.tuijian.ranking;

/** A rule of which it is told whom it showed and whom it kept away: the feed is built once more as if it were not. */
public enum SplitRule {
    /** An author counts less with each item among the last nineteen, and stands at most twice in any twenty. */
    AUTHOR_SPREAD("author-spread"),

    /** Positions are promised to small authors. */
    SMALL_AUTHORS("small-authors"),

    /** What is like something that the viewer hid or reported counts less. What was hidden itself stays hidden. */
    NEGATIVE_FEEDBACK("negative-feedback"),

    /** What bears a label that is not for everyone is shown to nobody else but its author. */
    SAFETY_LABELS("safety-labels");

    private final String code;

    SplitRule(String code) {
        this.code = code;
    }

    /** Its name in logs and answers. */
    public String code() {
        return code;
    }
}

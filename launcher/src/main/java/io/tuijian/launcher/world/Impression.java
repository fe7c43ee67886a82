package io.tuijian.launcher.world;

import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Served;
import java.util.List;

/** One row of the log: the page of one content that was served and everything the viewer did with it, SEEN first. */
public record Impression(long row, Served served, List<Engagement> engagements) {}

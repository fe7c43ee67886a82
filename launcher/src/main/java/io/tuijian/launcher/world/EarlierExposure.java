package io.tuijian.launcher.world;

/** A view before the log begins, without a time; {@code position} is its 0-based place in the viewer's order. */
public record EarlierExposure(String viewerId, int position, String contentId, boolean longView, boolean like) {}

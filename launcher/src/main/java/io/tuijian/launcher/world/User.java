package io.tuijian.launcher.world;

/** What the log says of a viewer apart from views; numbers of people, and days since registration. */
public record User(
        String viewerId,
        String activity,
        boolean lowActive,
        boolean liveStreamer,
        boolean videoAuthor,
        int follows,
        int fans,
        int friends,
        int registeredDays) {}

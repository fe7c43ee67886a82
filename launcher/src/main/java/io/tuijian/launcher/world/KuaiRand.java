package io.tuijian.launcher.world;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.VideoDetail;
import io.tuijian.schemas.Visibility;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The KuaiRand-Pure log as our records, in log order; every method reads its files anew, so that it may be called from
 * any thread. Nothing generated comes out of here. A file that cannot be read is a {@link DamagedData}; a stream that is
 * not read to its end must be closed.
 */
public final class KuaiRand {
    private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
    private static final String LOG = "log_standard_4_25_to_5_08_pure.csv.gz";
    private static final String VIDEOS = "video_features_basic_pure.csv.gz";
    private static final String USERS = "user_features_pure.csv.gz";
    private static final String EARLIER = "exposures_until_4_24_inferred_labels.csv.gz";

    private final Path folder;
    private final Duration shift;

    /** The log with its own times, as an evaluation needs them. */
    public KuaiRand(Path folder) {
        this(folder, Duration.ZERO);
    }

    /** The log with {@code shift} added to every time. */
    public KuaiRand(Path folder, Duration shift) {
        this.folder = folder;
        this.shift = shift;
    }

    /** The same log, shifted so that its last impression is at {@code end}. */
    public KuaiRand endingAt(Instant end) {
        return new KuaiRand(folder, shift.plus(Duration.between(lastTime(), end)));
    }

    /** What was added to every time. */
    public Duration shift() {
        return shift;
    }

    /** The time of the first impression. */
    public Instant firstTime() {
        try (Stream<LogRow> rows = rows()) {
            return Instant.ofEpochMilli(rows.mapToLong(LogRow::atMillis).min().orElseThrow())
                    .plus(shift);
        }
    }

    /** The time of the last impression. */
    public Instant lastTime() {
        try (Stream<LogRow> rows = rows()) {
            return Instant.ofEpochMilli(rows.mapToLong(LogRow::atMillis).max().orElseThrow())
                    .plus(shift);
        }
    }

    /** Every impression in log order. */
    public Stream<Impression> impressions() {
        return rows().map(this::impression);
    }

    /** The day that the log files each impression under, in log order; its time may be up to an hour before that day. */
    public Stream<LocalDate> days() {
        Map<String, LocalDate> days = new HashMap<>();
        return table(LOG)
                .rows(
                        row -> {
                            try {
                                return days.computeIfAbsent(
                                        row.text(0), text -> LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE));
                            } catch (DateTimeParseException e) {
                                throw row.wrong(0, "is not a day", e);
                            }
                        },
                        "date");
    }

    /** Every video in file order, without text, author name and city, which the log does not have. */
    public List<Content> contents() {
        Map<Integer, Video> videos = videos();
        Map<String, Long> longest = longestSeen(videos);
        return videos.values().stream()
                .map(video -> content(video, longest.getOrDefault(video.contentId(), 0L)))
                .toList();
    }

    /** Every user in file order, also those who are not in the log. */
    public Stream<User> users() {
        return table(USERS)
                .rows(
                        row -> new User(
                                "v" + row.id(0),
                                row.text(1),
                                row.flag(2),
                                row.text(3).equals("1"),
                                row.flag(4),
                                row.id(5),
                                row.id(6),
                                row.id(7),
                                row.id(8)),
                        "user_id",
                        "user_active_degree",
                        "is_lowactive_period",
                        "is_live_streamer",
                        "is_video_author",
                        "follow_user_num",
                        "fans_user_num",
                        "friend_user_num",
                        "register_days");
    }

    /** The views before 25 April 2022, by viewer and in their order; they have no times and serve evaluation only. */
    public Stream<EarlierExposure> earlierExposures() {
        return table(EARLIER)
                .rows(
                        row -> new EarlierExposure(
                                "v" + row.id(0), row.id(1), "c" + row.id(2), row.flag(3), row.flag(4)),
                        "user_id",
                        "pos",
                        "video_id",
                        "long_view_inferred",
                        "like_inferred");
    }

    Stream<LogRow> rows() {
        return rows(videos());
    }

    private Stream<LogRow> rows(Map<Integer, Video> videos) {
        long[] next = {0};
        return table(LOG)
                .rows(
                        row -> {
                            Video video = videos.get(row.id(1));
                            if (video == null) {
                                throw row.wrong(1, "is not in " + VIDEOS, null);
                            }
                            return new LogRow(
                                    next[0]++,
                                    row.id(0),
                                    video,
                                    row.number(2),
                                    row.text(3),
                                    row.number(4),
                                    row.number(5),
                                    row.flag(6),
                                    row.flag(7),
                                    row.flag(8),
                                    row.flag(9),
                                    row.flag(10),
                                    row.flag(11),
                                    row.flag(12),
                                    row.flag(13));
                        },
                        "user_id",
                        "video_id",
                        "time_ms",
                        "tab",
                        "play_time_ms",
                        "duration_ms",
                        "is_click",
                        "is_like",
                        "is_follow",
                        "is_comment",
                        "is_forward",
                        "is_hate",
                        "long_view",
                        "is_profile_enter");
    }

    /** By number, in file order. */
    private Map<Integer, Video> videos() {
        Map<Integer, Video> videos = new LinkedHashMap<>();
        try (Stream<Video> rows = table(VIDEOS)
                .rows(
                        row -> {
                            Video video = video(row);
                            if (videos.put(row.id(0), video) != null) {
                                throw row.wrong(0, "is there twice", null);
                            }
                            return video;
                        },
                        "video_id",
                        "author_id",
                        "upload_dt",
                        "video_duration",
                        "tag")) {
            rows.forEach(video -> {});
        }
        return videos;
    }

    private static Video video(Table.Row row) {
        String tag = row.text(4);
        return new Video(
                "c" + row.id(0),
                "a" + row.id(1),
                uploaded(row),
                duration(row),
                tag.isEmpty()
                        ? List.of()
                        : Arrays.stream(tag.split(","))
                                .map(number -> "t" + number)
                                .toList());
    }

    /** The log knows the day only: noon in China stands for it. */
    private static Instant uploaded(Table.Row row) {
        try {
            return LocalDate.parse(row.text(2))
                    .atTime(LocalTime.NOON)
                    .atZone(ZONE)
                    .toInstant();
        } catch (DateTimeParseException e) {
            throw row.wrong(2, "is not a date", e);
        }
    }

    private static long duration(Table.Row row) {
        if (row.text(3).isEmpty()) {
            return 0;
        }
        try {
            return Math.round(Double.parseDouble(row.text(3)));
        } catch (NumberFormatException e) {
            throw row.wrong(3, "is not a number", e);
        }
    }

    /** The longest duration that the log gives a video whose own is missing. */
    private Map<String, Long> longestSeen(Map<Integer, Video> videos) {
        Map<String, Long> longest = new HashMap<>();
        try (Stream<LogRow> rows = rows(videos)) {
            rows.filter(row -> row.video().durationMillis() == 0)
                    .forEach(row -> longest.merge(row.video().contentId(), row.durationMillis(), Math::max));
        }
        return longest;
    }

    private Content content(Video video, long durationSeenMillis) {
        return Content.newBuilder()
                .setId(video.contentId())
                .setAuthorId(video.authorId())
                .setKind(ContentKind.SHORT_VIDEO)
                .setCreatedAt(video.uploaded().plus(shift))
                .setText("")
                .setTopics(video.topics())
                .setVisibility(Visibility.PUBLIC)
                .setLanguage("zh")
                .setProvenance(Provenance.REAL)
                .setVideo(new VideoDetail(video.durationMillis() > 0 ? video.durationMillis() : durationSeenMillis))
                .build();
    }

    private Impression impression(LogRow row) {
        Instant at = Instant.ofEpochMilli(row.atMillis()).plus(shift);
        List<Engagement> engagements = new ArrayList<>(4);
        engagements.add(engagement(row, Action.SEEN, at, null));
        did(engagements, row, Action.WATCH, at, row.playMillis() > 0);
        did(engagements, row, Action.OPEN, at, row.click());
        did(engagements, row, Action.LIKE, at, row.like());
        did(engagements, row, Action.FOLLOW, at, row.follow());
        did(engagements, row, Action.COMMENT, at, row.comment());
        did(engagements, row, Action.SHARE, at, row.forward());
        did(engagements, row, Action.HIDE, at, row.hate());
        did(engagements, row, Action.LONG_VIEW, at, row.longView());
        did(engagements, row, Action.PROFILE, at, row.profile());
        did(engagements, row, Action.FINISH, at, row.finished());
        return new Impression(row.number(), served(row, at), engagements);
    }

    /** Every outcome but SEEN carries the watch time, so that it counts as known at {@code at + watchedMillis}. */
    private static void did(List<Engagement> engagements, LogRow row, Action action, Instant at, boolean done) {
        if (done) {
            engagements.add(engagement(row, action, at, row.playMillis()));
        }
    }

    // The constructors below, not the builders: these records are made 900,000 times, and a builder copies defaults.

    private static Engagement engagement(LogRow row, Action action, Instant at, Long watchedMillis) {
        return new Engagement(
                row.number() + ":" + action,
                row.viewerId(),
                row.video().contentId(),
                action,
                at,
                at,
                watchedMillis,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                feedId(row),
                0,
                Surface.IMPORTED,
                null,
                null,
                null,
                Origin.IMPORTED);
    }

    private static Served served(LogRow row, Instant at) {
        ServedItem item = new ServedItem(
                row.video().contentId(),
                row.video().authorId(),
                0,
                "imported",
                0.0,
                Map.of(),
                List.of(),
                Map.of(),
                null,
                List.of(),
                null);
        return new Served(
                feedId(row),
                row.viewerId(),
                at,
                Surface.IMPORTED,
                row.tab(),
                null,
                null,
                null,
                ZONE.getId(),
                null,
                null,
                Map.of(),
                List.of(),
                List.of(),
                List.of(item),
                List.of(),
                Origin.IMPORTED,
                null,
                null);
    }

    private static String feedId(LogRow row) {
        return "f" + row.number();
    }

    private Table table(String file) {
        return Table.gzipped(folder.resolve(file));
    }
}

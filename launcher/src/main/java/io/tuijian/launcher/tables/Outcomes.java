package io.tuijian.launcher.tables;

import java.util.List;

/** The view {@code outcomes}: each item that was served, beside its content as it is now and what its viewer did with it. */
final class Outcomes {
    static final String NAME = "outcomes";
    static final List<View<?>> OF = List.of(View.SERVED_ITEMS, View.CONTENTS, View.ENGAGEMENTS);

    /** What was taken back counts as not done; what was done with another feed's page belongs to that page. */
    static final String SQL = """
            create or replace table outcomes as
            with did as (
                select viewer_id, feed_id, content_id, list_sort(list(distinct action)) as actions,
                    max(watched_millis) as watched_millis, sum(amount_minor) filter (action = 'PURCHASE') as paid_minor
                from engagements e
                where feed_id is not null and undoes is null and not exists (
                    select 1 from engagements u where u.viewer_id = e.viewer_id and u.undoes = e.id)
                group by viewer_id, feed_id, content_id)
            select s.feed_id, s.viewer_id, s.served_at, s.surface, s.origin, s.model_version, s.content_id, s.author_id,
                c.kind, c.provenance, c.created_at, epoch(s.served_at - c.created_at) / 3600 as age_hours,
                s.position, s.source, s.turn, s.score, s.propensity, s.probabilities,
                coalesce(d.actions, []) as actions, coalesce(d.watched_millis, 0) as watched_millis, d.paid_minor
            from served_items s
            left join contents c on c.id = s.content_id
            left join did d on d.viewer_id = s.viewer_id and d.feed_id = s.feed_id and d.content_id = s.content_id
            """;

    private Outcomes() {}
}

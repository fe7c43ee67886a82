package io.tuijian.feedapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Indices;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The campaigns of KOLs and brands: a document per owner in Elasticsearch, changed only from the state that was read, so
 * that whatever any server began is listed by all at once, and no two have the same id. Safe from many threads.
 */
final class Campaigns {
    private static final Logger LOG = LoggerFactory.getLogger(Campaigns.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    static final int MOST_OF_AN_OWNER = 200;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long LONGEST_PAUSE_MILLIS = 20;

    private final Elasticsearch elasticsearch;
    private final Duration deadline;
    private final ReplicatedFeatureStore store;

    Campaigns(Elasticsearch elasticsearch, Duration deadline, ReplicatedFeatureStore store) {
        this.elasticsearch = elasticsearch;
        this.deadline = deadline;
        this.store = store;
    }

    /** All campaigns of one owner, the newest last. */
    record Owned(String ownerId, List<Campaign> campaigns) {
        Optional<Campaign> find(String id) {
            return campaigns.stream().filter(one -> one.id().equals(id)).findFirst();
        }

        Owned with(Campaign campaign) {
            return new Owned(
                    ownerId,
                    Stream.concat(campaigns.stream(), Stream.of(campaign)).toList());
        }

        Owned without(String id) {
            return new Owned(
                    ownerId,
                    campaigns.stream().filter(one -> !one.id().equals(id)).toList());
        }
    }

    /** Where in the history of a document its owner's campaigns stand; negative if there is none. */
    private record Stored(Owned owned, long sequence, long term) {}

    /** What became of a campaign that was asked for: it began, or was there already in the same words. */
    record Begun(Campaign campaign, boolean now) {}

    /** The newest first. */
    List<Campaign> of(String ownerId) {
        List<Campaign> campaigns = new ArrayList<>(read(ownerId).owned.campaigns);
        java.util.Collections.reverse(campaigns);
        return campaigns;
    }

    /** The campaign of this owner; ends the request with 404 if there is none. */
    Campaign find(String ownerId, String id) {
        return read(ownerId).owned.find(id).orElseThrow(Campaigns::unknown);
    }

    /** True if this content is the owner's own or carries the owner's brand. */
    static boolean isOf(String ownerId, Content content) {
        return content != null && (content.getAuthorId().equals(ownerId) || ownerId.equals(content.getBrandId()));
    }

    /**
     * Begins a campaign. The same id in the same words again changes nothing; in other words it is a 409, as is one too
     * many. A content that is not the owner's is a 400, whether it exists or not.
     */
    Begun begin(String ownerId, Campaign campaign) {
        for (String contentId : campaign.contentIds()) {
            if (!isOf(ownerId, store.content(contentId))) {
                throw Problem.malformed("contentIds: there is no content " + contentId + " by " + ownerId
                        + ", nor one that carries this brand.");
            }
        }
        return insist(ownerId, before -> {
            Optional<Campaign> same = before.owned.find(campaign.id());
            if (same.isPresent()) {
                if (!campaign.sameAs(same.get())) {
                    throw Problem.conflict("There is another campaign " + campaign.id() + " already.");
                }
                return new Begun(same.get(), false);
            }
            if (before.owned.campaigns.size() >= MOST_OF_AN_OWNER) {
                throw Problem.conflict("There are " + MOST_OF_AN_OWNER + " campaigns already; delete one first.");
            }
            return write(before, before.owned.with(campaign)) ? new Begun(campaign, true) : null;
        });
    }

    /** Forgets a campaign; ends the request with 404 if there is none. What its contents reached stays. */
    void end(String ownerId, String id) {
        insist(ownerId, before -> {
            if (before.owned.find(id).isEmpty()) {
                throw unknown();
            }
            return write(before, before.owned.without(id)) ? id : null;
        });
    }

    private static Problem unknown() {
        return Problem.notFound("There is no such campaign.");
    }

    /** A change from what was read. */
    private interface Change<T> {
        /** The outcome, or null if somebody was faster and it has to be tried again. */
        T tried(Stored before) throws IOException;
    }

    private <T> T insist(String ownerId, Change<T> change) {
        long giveUpAt = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (System.nanoTime() < giveUpAt) {
                T outcome = change.tried(read(ownerId));
                if (outcome != null) {
                    return outcome;
                }
                Thread.sleep(1 + ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MILLIS));
            }
        } catch (IOException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw Problem.unavailable("Campaigns cannot be changed right now; send it again with the same id.");
    }

    private Stored read(String ownerId) {
        try {
            JsonNode found = elasticsearch.call("GET", path(ownerId), null, deadline);
            return new Stored(
                    JSON.treeToValue(found.path("_source"), Owned.class),
                    found.path("_seq_no").asLong(),
                    found.path("_primary_term").asLong());
        } catch (Elasticsearch.Refused refused) {
            if (refused.status() == 404) {
                return new Stored(new Owned(ownerId, List.of()), -1, -1);
            }
            throw unavailable(refused);
        } catch (JsonProcessingException e) {
            throw unavailable(new IOException("not the campaigns of an owner: " + e.getOriginalMessage(), e));
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private static Problem unavailable(IOException cause) {
        LOG.warn("campaigns could not be read or written: {}", cause.getMessage());
        return Problem.unavailable("Campaigns cannot be read right now; ask again.");
    }

    /** False if somebody else wrote meanwhile. */
    private boolean write(Stored before, Owned after) throws IOException {
        String condition = before.sequence < 0
                ? "?op_type=create"
                : "?if_seq_no=" + before.sequence + "&if_primary_term=" + before.term;
        elasticsearch.require(Indices.CAMPAIGNS, deadline);
        try {
            elasticsearch.call("PUT", path(after.ownerId) + condition, JSON.writeValueAsString(after), deadline);
            return true;
        } catch (Elasticsearch.Refused refused) {
            if (refused.status() == 409) {
                return false;
            }
            throw refused;
        }
    }

    /**
     * @param ownerId a plain id
     */
    private static String path(String ownerId) {
        return "/" + Indices.CAMPAIGNS.name() + "/_doc/" + ownerId;
    }
}

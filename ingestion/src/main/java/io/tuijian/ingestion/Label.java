package io.tuijian.ingestion;

import io.tuijian.schemas.Action;

/**
 * An action that counts for an example.
 *
 * @param id of the example
 * @param weight 1, or −1 for an action taken back
 */
public record Label(String id, String viewerId, Action action, int weight, long watchedMillis, long atMillis) {}

package io.tuijian.ingestion;

import java.io.Serializable;

/**
 * A whole document on its way to an index.
 *
 * @param version external version: a document replaces one of the same or a smaller version
 * @param source JSON, UTF-8; not to be changed
 */
public record Document(String id, long version, byte[] source) implements Serializable {}

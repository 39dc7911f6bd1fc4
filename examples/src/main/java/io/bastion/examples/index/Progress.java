package io.bastion.examples.index;

/**
 * How far the indexing is.
 *
 * @param done files that are through, with a failure or without
 * @param failed those with a failure
 * @param files all there are
 */
public record Progress(long done, long failed, long files) {}

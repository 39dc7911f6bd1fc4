package io.bastion.examples.index;

import java.util.Map;

/**
 * What a file consists of.
 *
 * @param bytes its length
 * @param lines its lines, a last one without an end counted too
 * @param terms the terms in it, each as often as it occurs
 * @param counts how often each occurs
 */
record FileTerms(long bytes, long lines, long terms, Map<String, Integer> counts) {}

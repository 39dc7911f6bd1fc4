/**
 * Whole-system comparisons: the same work on ours and on its peers, a JVM for each.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.benchmarks.Compare}: the program that runs them all and writes the report
 *   <li>{@link io.bastion.benchmarks.Child}: the program that measures one workload on one system
 * </ul>
 */
@NullMarked
package io.bastion.benchmarks;

import org.jspecify.annotations.NullMarked;

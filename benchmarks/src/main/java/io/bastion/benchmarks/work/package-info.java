/**
 * The workloads, written once for all systems.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.benchmarks.work.Workload}: the list of them, with what each measures and its goal
 *   <li>{@link io.bastion.benchmarks.work.Actors}: what a system of actors must offer to take part
 *   <li>{@link io.bastion.benchmarks.work.Work}: what is run and timed
 * </ul>
 */
@NullMarked
package io.bastion.benchmarks.work;

import org.jspecify.annotations.NullMarked;

/**
 * Where work runs: topology, workers, run queues, timers. Knows no actors.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.scheduler.NumaScheduler}: a Reactor {@code Scheduler} over NUMA-partitioned workers
 *   <li>{@link io.bastion.scheduler.NumaTopology}: the machine it is laid out on
 *   <li>{@link io.bastion.scheduler.Strand}: a serial, lock-free queue of work, from which actors and Reactor workers are made
 *   <li>{@link io.bastion.scheduler.Timer}: the one source of time
 * </ul>
 */
@NullMarked
package io.bastion.scheduler;

import org.jspecify.annotations.NullMarked;

/**
 * Tests of actors without waiting and without luck.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.testkit.BastionTest}: gives the tests of a class an actor system each, and holds it to its promises
 *   <li>{@link io.bastion.testkit.TestKit}: the same without JUnit's extension; what a test does with its system
 *   <li>{@link io.bastion.testkit.Probe}: an actor that the test controls
 *   <li>{@link io.bastion.testkit.VirtualTime}: the time of a system, which stands still until it is moved on
 *   <li>{@link io.bastion.testkit.DeterministicScheduler}: one of the possible schedules, drawn from a seed
 * </ul>
 */
@NullMarked
package io.bastion.testkit;

import org.jspecify.annotations.NullMarked;

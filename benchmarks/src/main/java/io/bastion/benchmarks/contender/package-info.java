/**
 * The systems that are compared.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.benchmarks.contender.Contender}: the list of them, and which workloads each takes part in
 *   <li>{@link io.bastion.benchmarks.contender.Subject}: a started one
 * </ul>
 */
@NullMarked
package io.bastion.benchmarks.contender;

import org.jspecify.annotations.NullMarked;

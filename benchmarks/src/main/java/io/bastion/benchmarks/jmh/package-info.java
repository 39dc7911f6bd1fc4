/**
 * Microbenchmarks of small parts, on one thread wherever the answer does not depend on others.
 *
 * <p>What they say is what a call costs when nothing stands in its way; what a system does under load is for
 * {@link io.bastion.benchmarks.Compare} to say.
 */
@NullMarked
package io.bastion.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;

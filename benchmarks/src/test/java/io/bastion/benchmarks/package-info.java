/** Tests of the benchmarks: that every workload still runs, and that the figures are put down right. */
@NullMarked
package io.bastion.benchmarks;

import org.jspecify.annotations.NullMarked;

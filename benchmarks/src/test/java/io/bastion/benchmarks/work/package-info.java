/** Tests of the workloads: that they notice what went wrong. */
@NullMarked
package io.bastion.benchmarks.work;

import org.jspecify.annotations.NullMarked;

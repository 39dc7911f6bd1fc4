/** Stress tests of the strand, the workers' queues and the timer's entries, from within their package. */
@NullMarked
package io.bastion.scheduler;

import org.jspecify.annotations.NullMarked;

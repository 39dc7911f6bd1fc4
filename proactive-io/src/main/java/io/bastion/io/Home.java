package io.bastion.io;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Where results of a file are to come.
 *
 * @param scheduler runs what takes them
 * @param deliveries streams on their way there, to be ended with their owner; null when it has none
 */
record Home(Scheduler scheduler, Disposable.@Nullable Composite deliveries) {}

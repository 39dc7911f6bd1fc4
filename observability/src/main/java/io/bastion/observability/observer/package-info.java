/**
 * A web page that shows a running system: its tree, restarts, groups, workers, cluster and dead letters.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.observability.observer.Observer}: the page on a port of its own
 *   <li>{@link io.bastion.observability.observer.ObserverHandler}: the page without a server, to be mounted in another one
 *   <li>{@link io.bastion.observability.observer.ObserverSettings}: address, authentication, actions
 * </ul>
 */
@NullMarked
package io.bastion.observability.observer;

import org.jspecify.annotations.NullMarked;

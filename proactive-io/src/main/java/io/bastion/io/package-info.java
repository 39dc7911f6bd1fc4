/**
 * Proactive I/O: files for actors and for any Reactor program.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.io.Proactor} owns the backend and opens files
 *   <li>{@link io.bastion.io.AsyncFile} is an open file
 *   <li>{@link io.bastion.io.ActorFiles} are the files of an actor
 * </ul>
 */
@NullMarked
package io.bastion.io;

import org.jspecify.annotations.NullMarked;

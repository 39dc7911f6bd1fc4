/**
 * Small programs, one idea each, and the showcase.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.examples.Hello}: the first program
 *   <li>{@link io.bastion.examples.Showcase}: an application, an index of a directory tree
 * </ul>
 */
@NullMarked
package io.bastion.examples;

import org.jspecify.annotations.NullMarked;

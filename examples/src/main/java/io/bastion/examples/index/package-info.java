/**
 * The application behind the {@link io.bastion.examples.Showcase}: counts the terms in the files of a directory tree.
 *
 * <pre>
 *                 paths, on demand          terms, with back-pressure
 *   FileTree  ────────────────────▶  Parser ──────────────────────▶  TermCounter   one for each share of the terms
 *   walks the tree                   several, supervised │
 *                                                        └─────────▶  Tally         what became of each file
 * </pre>
 *
 * <p>A parser that meets a file which is no text throws. Its supervisor gives it a new incarnation, which goes on with the
 * next file in the same mailbox.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.examples.index.Indexer}: wires the actors and waits for them
 *   <li>{@link io.bastion.examples.index.Parser}: the actor that fails
 * </ul>
 */
@NullMarked
package io.bastion.examples.index;

import org.jspecify.annotations.NullMarked;

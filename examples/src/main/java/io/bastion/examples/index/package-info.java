/**
 * The application behind the {@link io.bastion.examples.Showcase}: counts the terms in the files of a directory tree.
 *
 * <pre>
 *               files, when there is room            terms, when there is room
 *   FileTree  ──────────────────────────▶  parsers  ────────────────────────▶  reducers   each counts its terms
 *   walks                                  read and split │
 *                                                         └─────────────────▶  tally      what became of each file
 * </pre>
 *
 * <p>Parsers and reducers are groups under one supervisor. A file goes to the parser with the least to do, a term to the
 * reducer that its hash belongs to. A full mailbox is felt up to the walk and down to the chunks of a file, so that memory
 * is bounded however large the tree is.
 *
 * <p>A parser that meets a file which is no text, or cannot be read, throws. It gets a new incarnation, which goes on with
 * the next file in the same mailbox. Any other failure is a defect, and the index fails.
 *
 * <p>On several nodes the parsers here let those of all nodes do the work, {@link io.bastion.examples.index.ParsingThere}. The terms of a
 * file come back in one message, so that those of a lost node count not at all, and its files are given away again.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.examples.index.Indexer}: starts the actors, with their policies, and waits for them
 *   <li>{@link io.bastion.examples.index.Parser}: the actor that fails
 *   <li>{@link io.bastion.examples.index.ChunkReader}: how the content of files is read, without blocking a thread
 * </ul>
 */
@NullMarked
package io.bastion.examples.index;

import org.jspecify.annotations.NullMarked;

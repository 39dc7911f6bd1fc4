package io.bastion.examples.index;

/** An index could not be made: one of the actors has a defect, which no restart repairs, or the tree cannot be walked. */
public final class IndexingFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IndexingFailedException(Throwable cause) {
        super("indexing: failed, because of " + cause, cause);
    }
}

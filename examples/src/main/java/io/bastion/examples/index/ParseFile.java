package io.bastion.examples.index;

import io.bastion.actor.ActorRef;
import java.net.URI;
import java.nio.file.Path;

/**
 * What a node is asked for: the terms of a file, which all nodes see at the same place.
 *
 * @param uri where it is; a URI keeps all bytes of a name, also those that are no text
 * @param replyTo gets the answer
 */
record ParseFile(String uri, ActorRef<Answer> replyTo) {
    /** What comes of it. */
    sealed interface Answer {}

    /** Its terms. */
    record Parsed(FileTerms terms) implements Answer {}

    /** It has terms of which there are too many, or too long, for a message. */
    record TooLong() implements Answer {}

    /**
     * It has failed the parser.
     *
     * @param cause a name for the cause, as in the report
     * @param bad whether the file is to blame, and not a defect
     */
    record Unparsed(String cause, boolean bad) implements Answer {}

    static ParseFile of(Path file, ActorRef<Answer> replyTo) {
        return new ParseFile(file.toUri().toString(), replyTo);
    }

    Path file() {
        return Path.of(URI.create(uri));
    }
}

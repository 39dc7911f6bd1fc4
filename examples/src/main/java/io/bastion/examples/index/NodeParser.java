package io.bastion.examples.index;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.cluster.Cluster;
import io.bastion.cluster.codec.MessageTypes;
import io.bastion.io.Proactor;
import io.bastion.supervision.Budget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** The actor that parses files for other nodes. As with {@link Parser}, a bad file costs its incarnation, but it answers before. */
public final class NodeParser implements Behavior.ReceiveAsync<ParseFile> {
    /** What its groups are called, at all nodes. */
    public static final String GROUP = "node-parsers";

    /** Well below the length that a message may have. */
    private static final int LONGEST_ANSWER = 512 * 1024;

    /** A bound for what a count and the frame of its term take. */
    private static final int BESIDE_A_TERM = 10;

    private final Parsing parsing;

    private NodeParser(Parsing parsing) {
        this.parsing = parsing;
    }

    /** A node's group of parsers, to be shared with the other nodes. */
    public static GroupSpec<?> group(int parsers, Proactor io, ChunkReader reader) {
        ActorSpec<ParseFile> parser =
                ActorSpec.of("parser", context -> new NodeParser(new ParsingHere(io.files(context), reader)));
        return GroupSpec.of(GROUP, parsers, parser).budget(Budget.unlimited());
    }

    /** Those of all nodes that share theirs. */
    public static Distributor<?> all(Cluster cluster) {
        return parsers(cluster);
    }

    static Distributor<ParseFile> parsers(Cluster cluster) {
        return cluster.group(GROUP, ParseFile.class);
    }

    /** What nodes send each other. */
    public static MessageTypes messages() {
        return MessageTypes.builder()
                .register(ParseFile.class)
                .register(ParseFile.Answer.class)
                .build();
    }

    @Override
    public Publisher<?> receive(ActorContext<ParseFile> context, ParseFile request) {
        ActorRef<ParseFile.Answer> asker = request.replyTo();
        return Mono.defer(() -> parsing.parse(request.file()))
                .doOnNext(terms -> asker.tell(fits(terms) ? new ParseFile.Parsed(terms) : new ParseFile.TooLong()))
                .doOnError(e -> asker.tell(new ParseFile.Unparsed(Failures.nameOf(e), e instanceof IOException)));
    }

    private static boolean fits(FileTerms terms) {
        long length = 0;
        for (String term : terms.counts().keySet()) {
            length += term.getBytes(StandardCharsets.UTF_8).length + BESIDE_A_TERM;
        }
        return length <= LONGEST_ANSWER;
    }
}

package io.bastion.examples.index;

import io.bastion.actor.ActorRef;
import io.bastion.actor.Callbacks;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Around a parser: tells the tally of the file that it failed on, and of its restart. */
record FailureReport(ActorRef<Tally.Message> tally) implements Callbacks {
    @Override
    public Publisher<?> beforeRestart(ActorRef<?> parser, @Nullable Throwable cause, @Nullable Object message) {
        if (cause != null && message instanceof Path file) {
            tally.tell(new Tally.Failed(file, cause));
        }
        return Mono.empty();
    }

    @Override
    public Publisher<?> afterRestart(ActorRef<?> parser, @Nullable Throwable cause) {
        tally.tell(new Tally.Restarted());
        return Mono.empty();
    }
}

package io.bastion.examples.index;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.Behavior;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The actor that counts its share of the terms: a reducer that is asked for its result in the end. */
final class TermCounter implements Behavior.Receive<TermCounter.Message> {
    /** What it is told. */
    sealed interface Message {}

    /** The terms of a file; belongs to the counter from now on. */
    record Add(Map<String, Integer> counts) implements Message {}

    /** A request for the most frequent terms. */
    record Top(int howMany, ActorRef<Share> replyTo) implements Message {}

    /**
     * The state of a counter.
     *
     * @param distinct terms that it has met
     * @param top the most frequent of them, in descending order
     */
    record Share(int distinct, List<TermCount> top) {}

    private final Map<String, Long> totals = new HashMap<>();

    @Override
    public void receive(ActorContext<Message> context, Message message) {
        if (message instanceof Add add) {
            add.counts().forEach((term, count) -> totals.merge(term, (long) count, Long::sum));
        } else if (message instanceof Top request) {
            request.replyTo().tell(new Share(totals.size(), top(request.howMany())));
        }
    }

    private List<TermCount> top(int howMany) {
        return totals.entrySet().stream()
                .map(entry -> new TermCount(entry.getKey(), entry.getValue()))
                .sorted(TermCount.MOST_FREQUENT)
                .limit(howMany)
                .toList();
    }
}

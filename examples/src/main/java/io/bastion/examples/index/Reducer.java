package io.bastion.examples.index;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.Behavior;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The actor that counts the terms whose keys are its own, and is asked for its result in the end. */
final class Reducer implements Behavior.Receive<Reducer.Message> {
    /** What it is told. */
    sealed interface Message {
        /** What decides to which reducer the message goes. */
        default String key() {
            return "";
        }
    }

    /** How often a file has a term. */
    record Add(String term, int count) implements Message {
        @Override
        public String key() {
            return term;
        }
    }

    /** A request for what it has. */
    record GetShare(ActorRef<Share> replyTo) implements Message {}

    /**
     * What a reducer has.
     *
     * @param terms all that it has counted
     * @param distinct different ones
     * @param top the most frequent of them, in descending order
     */
    record Share(long terms, int distinct, List<TermCount> top) {}

    private final Map<String, Long> totals = new HashMap<>();
    private long terms;

    @Override
    public void receive(ActorContext<Message> context, Message message) {
        if (message instanceof Add add) {
            totals.merge(add.term(), (long) add.count(), Long::sum);
            terms += add.count();
        } else if (message instanceof GetShare request) {
            request.replyTo().tell(new Share(terms, totals.size(), top()));
        }
    }

    private List<TermCount> top() {
        return totals.entrySet().stream()
                .map(entry -> new TermCount(entry.getKey(), entry.getValue()))
                .sorted(TermCount.MOST_FREQUENT)
                .limit(IndexReport.TOP)
                .toList();
    }
}

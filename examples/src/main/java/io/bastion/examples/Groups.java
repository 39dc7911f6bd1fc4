package io.bastion.examples;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Dispatcher;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Several actors behind one name: here each word has its place at one of four counters, which the dispatcher finds by the word,
 * so that no two of them count the same one.
 */
public final class Groups {
    /** What a counter takes. */
    sealed interface Message {
        record Word(String word) implements Message {}

        record Count(String word, ActorRef<Integer> reply) implements Message {}

        record Words(ActorRef<Integer> reply) implements Message {}
    }

    /** Counts the words that come to it. */
    static final class Counter implements Behavior.Receive<Message> {
        private final Map<String, Integer> counts = new HashMap<>();

        @Override
        public void receive(ActorContext<Message> context, Message message) {
            if (message instanceof Message.Word m) {
                counts.merge(m.word, 1, Integer::sum);
            } else if (message instanceof Message.Count m) {
                m.reply.tell(counts.getOrDefault(m.word, 0));
            } else if (message instanceof Message.Words m) {
                m.reply.tell(counts.size());
            }
        }
    }

    private Groups() {}

    private static String key(Message message) {
        return message instanceof Message.Word m ? m.word : message instanceof Message.Count m ? m.word : "";
    }

    public static void main(String[] args) {
        Duration timeout = Duration.ofSeconds(5);
        try (ActorSystem system = ActorSystem.create("groups")) {
            Distributor<Message> counters = system.distributor("counters", Message.class); // by name: may come first
            system.supervise(GroupSpec.of("counters", 4, ActorSpec.of("counter", Counter::new))
                            .dispatcher(Dispatcher.consistentHash(Groups::key)))
                    .whenStarted()
                    .block();
            for (String word : "the cat and the dog and the bird".split(" ")) {
                counters.tellOne(new Message.Word(word));
            }
            int the = counters.<Integer>askOne(reply -> new Message.Count("the", reply), timeout)
                    .blockOptional()
                    .orElseThrow();
            int words = counters.<Integer>askEveryone(Message.Words::new, timeout)
                    .reduce(Integer::sum)
                    .blockOptional()
                    .orElseThrow();
            System.out.println("members: " + counters.members().size());
            System.out.println("the: " + the);
            System.out.println("different words: " + words);
        }
    }
}

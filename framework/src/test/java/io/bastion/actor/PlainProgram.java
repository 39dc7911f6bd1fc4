package io.bastion.actor;

import io.bastion.mailbox.Mailbox;
import java.time.Duration;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import reactor.core.publisher.Flux;

/** Uses actors first without interceptors, then with one; see {@link OptionalClassesTest}. */
final class PlainProgram {
    private record Question(ActorRef<String> reply) {}

    static final String PLAIN_IS_OVER = "the plain part is over";

    private PlainProgram() {}

    public static void main(String[] args) {
        ActorSpec<Object> spec = ActorSpec.of(
                "a",
                () -> Behavior.receive((context, m) -> {
                    if (m instanceof Question question) {
                        question.reply().tell("answer");
                    }
                }));
        use(spec);
        System.out.println(PLAIN_IS_OVER);
        use(spec.intercept(Interceptors.logging(LoggerFactory.getLogger("x"), Level.TRACE)));
        System.out.println("all is over");
    }

    private static void use(ActorSpec<Object> spec) {
        try (ActorSystem system = ActorSystem.builder("plain").workers(1).build()) {
            ActorRef<Object> actor = system.spawn(spec.mailbox(Mailbox.bounded(10)));
            actor.tell("m");
            actor.tellAll(List.of("n", "o"));
            actor.send("p").block();
            actor.feed(Flux.just("q")).block();
            actor.<String>ask(Question::new, Duration.ofSeconds(10)).block();
        }
    }
}

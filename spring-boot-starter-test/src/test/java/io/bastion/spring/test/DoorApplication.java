package io.bastion.spring.test;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.Behavior;
import io.bastion.spring.Actor;
import java.time.Duration;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
class DoorApplication {
    // guide: door
    sealed interface DoorMessage {}

    record Open(ActorRef<String> replyTo) implements DoorMessage {}

    record Shut() implements DoorMessage {}

    record IsOpen(ActorRef<Boolean> replyTo) implements DoorMessage {}

    @Actor("door")
    static class Door implements Behavior.Receive<DoorMessage> {
        private final Doorman doorman;
        private boolean open;

        Door(Doorman doorman) {
            this.doorman = doorman;
        }

        @Override
        public void receive(ActorContext<DoorMessage> context, DoorMessage message) {
            if (message instanceof Open request) {
                open = true;
                context.timers().once("shut", new Shut(), Duration.ofSeconds(10));
                request.replyTo().tell(doorman.greeting());
            } else if (message instanceof IsOpen question) {
                question.replyTo().tell(open);
            } else {
                open = false;
            }
        }
    }
    // guide: end

    interface Doorman {
        String greeting();
    }
}

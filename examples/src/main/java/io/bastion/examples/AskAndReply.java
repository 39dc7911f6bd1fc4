package io.bastion.examples;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** A request that carries the address of its reply: {@code ask} makes that address, and gives the reply as a {@code Mono}. */
public final class AskAndReply {
    /** What an account understands. */
    sealed interface Command {}

    record Deposit(long cents) implements Command {}

    record GetBalance(ActorRef<Long> replyTo) implements Command {}

    /** Keeps its state in a field: it handles one message at a time, so that nothing needs a lock. */
    static final class Account implements Behavior.Receive<Command> {
        private long cents;

        @Override
        public void receive(ActorContext<Command> context, Command command) {
            if (command instanceof Deposit deposit) {
                cents += deposit.cents();
            } else if (command instanceof GetBalance request) {
                request.replyTo().tell(cents);
            }
        }
    }

    private AskAndReply() {}

    public static void main(String[] args) {
        try (ActorSystem system = ActorSystem.create("bank")) {
            ActorRef<Command> account = system.spawn(ActorSpec.of("account", Account::new));
            account.tell(new Deposit(1_000));
            account.tell(new Deposit(250));
            Mono<Long> balance = account.ask(GetBalance::new, Duration.ofSeconds(5));
            System.out.println("balance: " + balance.block());
        }
    }
}

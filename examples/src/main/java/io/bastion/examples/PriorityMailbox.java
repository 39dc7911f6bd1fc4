package io.bastion.examples;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.mailbox.Mailbox;
import java.util.Comparator;
import java.util.List;

/** A mailbox that gives the most urgent message first, equally urgent ones in order of arrival. */
public final class PriorityMailbox {
    /** Work with an urgency; 1 is the highest. */
    record Job(int urgency, String name) {}

    private PriorityMailbox() {}

    public static void main(String[] args) {
        try (ActorSystem system = ActorSystem.create("priority")) {
            ActorRef<Job> worker = system.spawn(ActorSpec.<Job>of(
                            "worker",
                            () -> Behavior.receive(
                                    (context, job) -> System.out.println(job.urgency() + " " + job.name())))
                    .mailbox(Mailbox.bounded(1_000).priority(Comparator.comparingInt(Job::urgency))));
            worker.tellAll(List.of(
                    new Job(3, "sweep"),
                    new Job(1, "stop the leak"),
                    new Job(2, "call back"),
                    new Job(1, "put the fire out")));
            worker.drain();
            worker.whenTerminated().block();
        }
    }
}

package io.bastion.benchmarks;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.vm.VM;

/** Prints what the fields of an actor take. */
public final class Layout {
    private Layout() {}

    /** The program. */
    public static void main(String... arguments) {
        try (ActorSystem system = ActorSystem.create("layout")) {
            ActorRef<Object> actor =
                    system.spawn(ActorSpec.anonymous(() -> Behavior.receive((context, message) -> {})));
            System.out.println(VM.current().details());
            System.out.println(ClassLayout.parseInstance(actor).toPrintable());
        }
    }
}

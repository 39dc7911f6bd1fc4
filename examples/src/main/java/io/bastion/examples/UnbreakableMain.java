package io.bastion.examples;

import io.bastion.fort.Fort;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Restart;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A program that knows nothing of actors, and is run again when it breaks. */
public final class UnbreakableMain {
    private static final AtomicInteger RUNS = new AtomicInteger();

    private UnbreakableMain() {}

    public static void main(String[] args) {
        Fort.named("importer")
                .restart(Restart.transientOnFailure().tries(5).backoff(Backoff.constant(Duration.ofMillis(10))))
                .run(UnbreakableMain::existing, "orders.csv");
        System.out.println("done");
    }

    private static void existing(String[] args) throws IOException {
        int run = RUNS.incrementAndGet();
        System.out.printf("run %d imports %s%n", run, args[0]);
        if (run == 1) {
            throw new IOException("connection reset");
        } else if (run == 2) {
            throw new StackOverflowError("too deep");
        }
    }
}

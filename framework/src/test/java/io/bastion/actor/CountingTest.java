package io.bastion.actor;

import io.bastion.testing.Conditions;
import io.bastion.testing.TestSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;

/** What is counted while the last who wants to know goes, and another one comes. */
class CountingTest {
    private static final int ROUNDS = Integer.getInteger("bastion.counting.rounds", 500);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    /** Begins when the messages of the type are counted. */
    private static final class Listener implements Instrument {
        volatile boolean seen;

        @Override
        public boolean samples() {
            return true;
        }

        @Override
        public void typeSeen(String type) {
            seen = true;
        }
    }

    @Test
    void type_whoseMessagesNeverEnd_isSeenByEachWhoComes() throws InterruptedException {
        ActorCell<?> cell = (ActorCell<?>) test.spawn(ActorSpec.anonymous(() -> Behavior.receive((c, m) -> {})));
        ActorType type = test.system.metering().type("busy");
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread worker = new Thread(() -> {
                while (!over.get()) {
                    type.handled(1, null, cell);
                }
            });
            worker.start();
            workers.add(worker);
        }
        try {
            for (int i = 0; i < ROUNDS; i++) {
                Listener listener = new Listener();
                Disposable attached = test.system.instrument(listener);
                Conditions.await("seen in round " + i, () -> listener.seen);
                attached.dispose();
            }
        } finally {
            over.set(true);
            for (Thread worker : workers) {
                worker.join();
            }
        }
    }
}

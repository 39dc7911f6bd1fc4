package io.bastion.cluster.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.DeadLetter;
import io.bastion.actor.RemoteActorRef;
import io.bastion.actor.RemoteActorRef.Watcher;
import io.bastion.actor.TellResult;
import io.bastion.actor.TerminationReason;
import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.remote.Nodes.Numbered;
import io.bastion.cluster.remote.Nodes.Question;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Strangers that are forgotten while others use references to them. */
@BastionTest(deterministic = false)
class StrangersStressTest {
    private static final int SENDERS = 2;
    private static final int MESSAGES = Integer.getInteger("bastion.strangers.messages", 20_000);
    private static final int STRANGERS = 5;

    private static final class Watched implements Watcher {
        final AtomicInteger told = new AtomicInteger();
        final boolean isTakenBack;

        Watched(boolean isTakenBack) {
            this.isTakenBack = isTakenBack;
        }

        @Override
        public void terminated(RemoteActorRef<?> actor, TerminationReason reason) {
            told.incrementAndGet();
        }
    }

    /** What one thread does, and what came of it. */
    private static final class Sender extends Thread {
        private final Random random;
        private final List<RemoteRef<Object>> references;
        private final int number;
        final List<Watched> watchers = new ArrayList<>();
        Disposable lastAsk = Disposables.disposed();
        int sent;

        Sender(int number, long seed, List<RemoteRef<Object>> references) {
            super("sender-" + number);
            this.number = number;
            this.references = references;
            random = new Random(seed + number);
        }

        @Override
        public void run() {
            for (int i = 0; i < MESSAGES; i++) {
                RemoteRef<Object> to = references.get(random.nextInt(references.size()));
                switch (random.nextInt(100)) {
                    case 0 -> ask(to);
                    case 1 -> watch(to);
                    default -> {
                        TellResult result = to.tell(new Numbered(number, sent));
                        if (result != TellResult.REFUSED) {
                            sent++;
                        }
                    }
                }
            }
        }

        /** Each waits until the next one: who is asked is not forgotten, but may be at the same time. */
        private void ask(RemoteRef<Object> to) {
            lastAsk.dispose();
            lastAsk = to.<String>ask(reply -> new Question("q", reply), Duration.ofMinutes(1))
                    .subscribe(reply -> {}, e -> {});
        }

        /** Those of one node are not taken back; who is watched is not forgotten. */
        private void watch(RemoteRef<Object> to) {
            Watched watcher = new Watched(!to.node.equals(references.get(0).node));
            watchers.add(watcher);
            to.addWatcher(watcher);
            if (watcher.isTakenBack) {
                to.removeWatcher(watcher);
            }
        }
    }

    @Test
    void strangers_thatAreForgottenAgainAndAgain_loseNothingInSilence(TestKit kit) throws InterruptedException {
        long seed = Long.getLong("bastion.seed", new Random().nextLong());
        System.out.println("replay with -Dbastion.seed=" + seed);
        Remoting remoting =
                new Remoting(kit.system(), new NoLinks(), node -> false, Nodes.types(), RemoteSettings.defaults());
        List<RemoteRef<Object>> references = new ArrayList<>();
        for (int i = 0; i < 2 * STRANGERS; i++) { // two of each
            NodeId node = new NodeId("stranger", 9, i % STRANGERS);
            references.add((RemoteRef<Object>) remoting.<Object>reference(node, 1_000_001 + 2L * i));
        }
        List<Sender> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            senders.add(new Sender(i, seed, references));
        }
        AtomicInteger forgotten = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        Thread forgetter = new Thread(() -> {
            while (!over.get()) {
                for (RemoteRef<Object> reference : references) {
                    if (remoting.forget(reference.peer())) {
                        forgotten.incrementAndGet();
                    }
                }
                LockSupport.parkNanos(100_000); // each leaves a task behind
            }
        });
        senders.forEach(Thread::start);
        forgetter.start();
        for (Sender sender : senders) {
            sender.join();
        }
        over.set(true);
        forgetter.join();

        assertThat(senders.stream().flatMap(sender -> sender.watchers.stream()))
                .as("nobody is told of an end of who may be there one day")
                .allMatch(watcher -> watcher.told.get() == 0);
        remoting.close();
        kit.until(
                "all has become dead letters",
                () -> kit.deadLetters().size()
                        == senders.stream().mapToInt(sender -> sender.sent).sum());
        kit.advanceBy(Duration.ofSeconds(1)); // what those that are forgotten have scheduled
        assertThat(forgotten.get()).isGreaterThan(STRANGERS);
        assertThat(kit.deadLetters().stream().map(DeadLetter::message)).doesNotHaveDuplicates();
        assertThat(senders.stream().flatMap(sender -> sender.watchers.stream()))
                .allMatch(watcher -> watcher.told.get() == (watcher.isTakenBack ? 0 : 1));
        assertThat(remoting.stats()).isEmpty();
    }
}

package io.bastion.semantics;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.Callbacks;
import io.bastion.actor.Signal;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.actor.TreeNode;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Actors that note in one log what happens to them. */
final class Cast {
    /** How an incarnation can be made to end, as a message. */
    sealed interface Order {
        /** It stops itself. */
        record Stop() implements Order {}

        /** It throws. */
        record Fail(Throwable cause) implements Order {}

        /** A publisher that it returns ends with an error, or never. */
        record Await(Publisher<?> work) implements Order {}
    }

    static final Order STOP = new Order.Stop();

    /** {@code start a 0}, {@code restarting a}, {@code stopped a}, {@code a 0: message}, and what hooks add. */
    final Recorder<String> log = new Recorder<>();

    final Map<String, ActorRef<Object>> refs = new ConcurrentHashMap<>();

    static Order fail() {
        return new Order.Fail(new IllegalStateException("wanted"));
    }

    /** An actor with a handler that may be asynchronous. */
    ActorSpec<Object> member(String name) {
        return ActorSpec.of(name, context -> {
            refs.put(name, context.self());
            int incarnation = context.incarnation();
            log.add("start " + name + " " + incarnation);
            return Behavior.<Object>receiveAsync((c, message) -> {
                        if (message instanceof Order.Fail fail) {
                            throw thrown(fail.cause());
                        } else if (message instanceof Order.Await await) {
                            return await.work();
                        } else if (message instanceof Order.Stop) {
                            c.stop();
                        } else {
                            log.add(name + " " + incarnation + ": " + message);
                        }
                        return Mono.empty();
                    })
                    .onSignal((c, signal) -> note(name, signal));
        });
    }

    /** An actor whose flow completes at an order to stop, and fails at one to fail. */
    ActorSpec<Object> flow(String name) {
        return ActorSpec.of(name, context -> {
            refs.put(name, context.self());
            int incarnation = context.incarnation();
            log.add("start " + name + " " + incarnation);
            return Behavior.<Object>flow((c, inbox) -> inbox.takeUntil(Order.Stop.class::isInstance)
                            .concatMap(message -> {
                                if (message instanceof Order.Fail fail) {
                                    return Flux.error(fail.cause());
                                }
                                if (!(message instanceof Order)) {
                                    log.add(name + " " + incarnation + ": " + message);
                                }
                                return Flux.empty();
                            }))
                    .onSignal((c, signal) -> note(name, signal));
        });
    }

    private boolean note(String name, Signal signal) {
        if (signal instanceof Signal.Restarting) {
            log.add("restarting " + name);
        } else if (signal instanceof Signal.Stopped) {
            log.add("stopped " + name);
        }
        return !(signal instanceof Signal.Terminated);
    }

    ActorRef<Object> ref(String name) {
        return Objects.requireNonNull(refs.get(name), name);
    }

    /** Hooks that note themselves; a test replaces those that it wants to do more. */
    static class Hooks implements Callbacks {
        private final Recorder<String> log;
        private final String name;

        Hooks(Recorder<String> log, String name) {
            this.log = log;
            this.name = name;
        }

        @Override
        public Publisher<?> beforeStart(ActorRef<?> self) {
            return run("beforeStart");
        }

        @Override
        public Publisher<?> afterStart(ActorRef<?> self) {
            return run("afterStart");
        }

        @Override
        public Publisher<?> beforeRestart(ActorRef<?> self, @Nullable Throwable cause, @Nullable Object message) {
            return run("beforeRestart");
        }

        @Override
        public Publisher<?> afterRestart(ActorRef<?> self, @Nullable Throwable cause) {
            return run("afterRestart");
        }

        @Override
        public Publisher<?> afterStop(ActorRef<?> self, TerminationReason reason) {
            return run("afterStop");
        }

        Publisher<?> run(String hook) {
            log.add(hook + " " + name);
            return Mono.empty();
        }
    }

    /** The tree below a supervisor in a line: {@code b:DOWN c:RUNNING#1}, in its order. */
    static String children(SupervisorRef supervisor) {
        return tree(supervisor).children().stream().map(Cast::shown).collect(Collectors.joining(" "));
    }

    /** Waits until that is what is shown. */
    static void awaitChildren(SupervisorRef supervisor, String expected) {
        Conditions.await(
                () -> expected + ", last " + children(supervisor),
                () -> children(supervisor).equals(expected));
    }

    static TreeNode tree(SupervisorRef supervisor) {
        return Objects.requireNonNull(supervisor.tree().block(Conditions.BOUND), "no tree");
    }

    private static String shown(TreeNode node) {
        String text = node.name() + ":" + node.state();
        return node.incarnation() == 0 ? text : text + "#" + node.incarnation();
    }

    /** Starts a supervisor and waits until it runs; then the log is empty. */
    SupervisorRef start(TestSystem test, SupervisorSpec spec) {
        SupervisorRef supervisor = test.system.supervise(spec);
        supervisor.whenStarted().block(Conditions.BOUND);
        log.clear();
        return supervisor;
    }

    static RuntimeException thrown(Throwable t) {
        return Cast.<RuntimeException>sneak(t);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> RuntimeException sneak(Throwable t) throws T {
        throw (T) t;
    }
}

package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.Signal;
import io.bastion.supervision.InFlight;
import io.bastion.supervision.Restart;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.context.integration.Slf4jThreadLocalAccessor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Thread-locals on their way from senders to handlers. */
@BastionTest
class ContextPropagationTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final ThreadLocal<String> USER = new ThreadLocal<>();

    /** What handlers saw. */
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void registerAccessors() {
        ContextRegistry.getInstance().registerThreadLocalAccessor("user", USER);
        ContextRegistry.getInstance().registerThreadLocalAccessor(new Slf4jThreadLocalAccessor("request"));
    }

    @AfterAll
    static void removeAccessors() {
        ContextRegistry.getInstance().removeThreadLocalAccessor("user");
        ContextRegistry.getInstance().removeThreadLocalAccessor(Slf4jThreadLocalAccessor.KEY);
    }

    @BeforeEach
    void login() {
        as("ann");
        MDC.put("request", "r1");
    }

    @AfterEach
    void logout() {
        USER.remove();
        MDC.clear();
    }

    private static void as(String user) {
        USER.set(user);
    }

    private static String locals() {
        return USER.get() + "/" + MDC.get("request");
    }

    private void note(Object message) {
        seen.add((message instanceof ActorRef ? "ask" : message) + " " + locals());
    }

    private <M> ActorSpec<M> carrying(ActorSpec<M> spec) {
        return spec.intercept(ContextPropagation.interceptor());
    }

    private ActorSpec<Object> noting() {
        return ActorSpec.of("a", () -> Behavior.receive((context, message) -> note(message)));
    }

    @Test
    void everyWayIn_carriesTheThreadLocalsOfTheSender(TestKit kit) {
        ActorRef<Object> actor = kit.spawn(carrying(noting()));
        actor.tell("tell");
        actor.tellAll(List.of("all"));
        actor.send("send").subscribe();
        actor.feed(Flux.just("feed")).subscribe();
        actor.ask(reply -> reply, SECOND).subscribe().dispose();
        kit.rest();
        assertThat(seen)
                .containsExactlyInAnyOrder("tell ann/r1", "all ann/r1", "send ann/r1", "feed ann/r1", "ask ann/r1");
    }

    @Test
    void aDistributor_carriesThemToItsMembers(TestKit kit) {
        ActorSpec<String> member =
                ActorSpec.of("m", () -> Behavior.<String>receive((context, message) -> note(message)));
        kit.result(kit.system()
                .supervise(GroupSpec.of("group", 2, member).intercept(ContextPropagation.interceptor()))
                .whenStarted());
        Distributor<String> group = kit.system().distributor("group", String.class);
        group.tellOne("one");
        group.tellEveryone("each");
        kit.rest();
        assertThat(seen).containsExactlyInAnyOrder("one ann/r1", "each ann/r1", "each ann/r1");
    }

    @Test
    void withoutTheInterceptor_nothingIsCaptured(TestKit kit) {
        List<Boolean> empty = new CopyOnWriteArrayList<>();
        ActorRef<Object> actor = kit.spawn(ActorSpec.of(
                "a",
                () -> Behavior.receive((context, message) -> {
                    note(message);
                    empty.add(context.contextView().isEmpty());
                })));
        actor.tell("plain");
        actor.send("plain").subscribe();
        kit.rest();
        assertThat(seen).containsExactly("plain null/null", "plain null/null");
        assertThat(empty).containsExactly(true, true);
    }

    @Test
    void whatTheContextSaysAlready_stays(TestKit kit) {
        ActorRef<Object> actor = kit.spawn(carrying(noting()));
        actor.tell("tell", Context.of("user", "bob"));
        actor.send("send").contextWrite(Context.of("user", "bob")).subscribe();
        kit.rest();
        assertThat(seen).containsExactly("tell bob/r1", "send bob/r1");
    }

    @Test
    void aHandlersOwnThreadLocals_leakToNobody_alsoWhenItThrows(TestKit kit) {
        ActorRef<Object> actor = kit.spawn(carrying(ActorSpec.of(
                "a",
                () -> Behavior.receive((context, message) -> {
                    note(message);
                    USER.set("mallory");
                    MDC.put("request", "evil");
                    if (message.equals("fail")) {
                        throw new IllegalStateException("on purpose");
                    }
                }))));
        ActorRef<Object> other =
                kit.spawn(ActorSpec.of("o", () -> Behavior.receive((context, message) -> note(message))));
        actor.tell("first");
        actor.tell("fail");
        USER.remove();
        MDC.clear();
        actor.tell("none");
        other.tell("other");
        kit.rest();
        assertThat(seen).containsExactlyInAnyOrder("first ann/r1", "fail ann/r1", "none null/null", "other null/null");
    }

    @Test
    void fromHandlerToHandler_theyGoOn_butNotToChildren(TestKit kit) {
        ActorRef<Object> last = kit.spawn(carrying(noting()));
        ActorRef<Object> first = kit.spawn(carrying(ActorSpec.of(
                "first",
                () -> Behavior.receive((context, message) -> {
                    last.tell(message);
                    context.spawn(ActorSpec.<Object>anonymous(c -> {
                                note("child");
                                return Behavior.receive((inner, m) -> note(m));
                            })
                            .intercept(ContextPropagation.interceptor()));
                }))));
        first.tell("hop");
        kit.rest();
        // the child's factory runs within the handler that spawns it; nothing is kept for what it handles later
        assertThat(seen).containsExactlyInAnyOrder("hop ann/r1", "child ann/r1");
    }

    @Test
    void timersPipesStashAndRedelivery_carryThemOn(TestKit kit) {
        ActorRef<String> actor = kit.spawn(carrying(ActorSpec.<String>of("a", () -> Behavior.receive(this::pass))
                .restart(Restart.transientOnFailure().inFlight(InFlight.REDELIVER_ONCE))));
        actor.tell("timer");
        actor.tell("pipe");
        actor.tell("fail");
        actor.tell("stash");
        as("bob");
        actor.tell("unstash");
        kit.rest();
        kit.advanceBy(SECOND);
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "timer ann/r1",
                        "pipe ann/r1",
                        "piped ann/r1",
                        "fail ann/r1",
                        "fail ann/r1",
                        "stash ann/r1",
                        "unstash bob/r1",
                        "stash ann/r1");
    }

    private void pass(ActorContext<String> context, String message) {
        note(message);
        switch (message) {
            case "pipe" -> context.pipeToSelf(Mono.just(1), (n, error) -> "piped");
            case "fail" -> {
                if (context.incarnation() == 0) {
                    throw new IllegalStateException("on purpose");
                }
            }
            case "stash" -> {
                if (!seen.contains("unstash bob/r1")) {
                    context.stash().add();
                }
            }
            case "unstash" -> context.stash().unstashAll();
            default -> {}
        }
    }

    @Test
    void aTimer_carriesThemOn(TestKit kit) {
        ActorRef<String> actor = kit.spawn(carrying(ActorSpec.of(
                "a",
                () -> Behavior.receive((context, message) -> {
                    note(message);
                    if (message.equals("set")) {
                        context.timers().once("key", "tick", SECOND);
                    }
                }))));
        actor.tell("set");
        kit.rest();
        as("bob");
        kit.advanceBy(SECOND);
        assertThat(seen).containsExactly("set ann/r1", "tick ann/r1");
    }

    @Test
    void handlersPublishers_areSubscribedWithThem_asReactorsAutomaticPropagationWants(TestKit kit) {
        Hooks.enableAutomaticContextPropagation();
        try {
            ActorRef<Object> actor = kit.spawn(carrying(ActorSpec.of(
                    "a",
                    () -> Behavior.receiveAsync((context, message) -> Mono.just(message)
                            .delayElement(SECOND, kit.scheduler())
                            .doOnNext(this::note)))));
            actor.tell("late");
            kit.rest();
            as("bob");
            kit.advanceBy(SECOND);
        } finally {
            Hooks.disableAutomaticContextPropagation();
        }
        assertThat(seen).containsExactly("late ann/r1");
    }

    @Test
    void handlersPublishers_areSubscribedWithThem_alsoWithoutThat(TestKit kit) {
        ActorRef<Object> actor = kit.spawn(carrying(ActorSpec.of(
                "a", () -> Behavior.receiveAsync((context, message) -> Mono.fromRunnable(() -> note(message))))));
        actor.tell("now");
        kit.rest();
        assertThat(seen).containsExactly("now ann/r1");
    }

    @Test
    void flows_haveTheContext_andNoThreadLocals(TestKit kit) {
        ActorRef<Object> actor = kit.spawn(carrying(ActorSpec.of(
                "a",
                () -> Behavior.flow((context, inbox) -> inbox.doOnNext(
                        message -> note(message + " of " + context.contextView().get("user")))))));
        actor.tell("first");
        as("bob");
        actor.tell("second");
        kit.rest();
        assertThat(seen).containsExactly("first of ann null/null", "second of bob null/null");
    }

    @Test
    void signals_comeWithNone(TestKit kit) {
        ActorRef<Object> actor = kit.spawn(carrying(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive(
                                (context, message) -> context.timers().cancelAll())
                        .onSignal((context, signal) -> {
                            note(signal.getClass().getSimpleName());
                            return !(signal instanceof Signal.Terminated);
                        }))));
        actor.tell("x");
        actor.drain();
        kit.rest();
        assertThat(seen).containsExactly("Stopped null/null");
    }

    @Test
    void aSwitch_turnsItOffForSomeActors_andAtAnyTime(TestKit kit) {
        AtomicBoolean on = new AtomicBoolean(true);
        ActorRef<Object> actor = kit.spawn(noting().intercept(ContextPropagation.interceptor(ref -> on.get())));
        actor.tell("on");
        kit.rest();
        on.set(false);
        actor.tell("off");
        kit.rest();
        assertThat(seen).containsExactly("on ann/r1", "off null/null");
    }

    @Test
    void anAccessorThatThrows_changesNothing(TestKit kit) {
        ContextRegistry.getInstance().registerThreadLocalAccessor(new Broken());
        try {
            ActorRef<Object> actor = kit.spawn(carrying(ActorSpec.of(
                    "a",
                    () -> Behavior.receive((context, message) -> seen.add(message + " in " + context.incarnation())))));
            actor.tell("x");
            kit.rest();
        } finally {
            ContextRegistry.getInstance().removeThreadLocalAccessor("broken");
        }
        assertThat(seen).containsExactly("x in 0");
    }

    private static final class Broken implements ThreadLocalAccessor<String> {
        @Override
        public Object key() {
            return "broken";
        }

        @Override
        public String getValue() {
            return "value";
        }

        @Override
        public void setValue(String value) {
            throw new IllegalStateException("broken");
        }

        @Override
        public void setValue() {
            throw new IllegalStateException("broken");
        }
    }
}

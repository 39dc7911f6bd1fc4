package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.AskTest.Get;
import io.bastion.mailbox.Mailbox;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** The text of an ask's time-out: who asked, and what the asked actor was doing. */
class AskTimeoutTest {
    private static final Duration TIMEOUT = Duration.ofMillis(1_500);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Throwable> errors = new Recorder<>();
    private final Recorder<Object> seen = new Recorder<>();

    private AskTimeoutException timeout(ActorRef<Get> actor) {
        test.time.advance(TIMEOUT);
        AskTimeoutException error = (AskTimeoutException) errors.await(1).get(0);
        assertThat(error.actor()).isSameAs(actor);
        assertThat(error.timeout()).isEqualTo(TIMEOUT);
        return error;
    }

    private static int lineAbove() {
        return StackWalker.getInstance()
                        .walk(frames -> frames.skip(1).findFirst().orElseThrow())
                        .getLineNumber()
                - 1;
    }

    @Test
    void itNamesTheCallSiteAndTheIdleActor() {
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                "idle",
                () -> Behavior.<Get>receive((context, get) -> {
                    if (get.what().equals("fail")) {
                        throw new IllegalStateException("wanted");
                    }
                })));
        actor.tell(new Get("fail", test.spawn(ActorSpec.anonymous(() -> Behavior.receive((c, m) -> {})))));
        test.rest();
        Mono<String> ask = actor.ask(reply -> new Get("x", reply), TIMEOUT);
        int line = lineAbove();
        ask.subscribe(v -> {}, errors::add);
        test.rest();
        assertThat(timeout(actor))
                .hasMessage("ask: no reply from bastion://test/idle within 1500 ms; asked at "
                        + "io.bastion.actor.AskTimeoutTest.itNamesTheCallSiteAndTheIdleActor(AskTimeoutTest.java:"
                        + line
                        + "); running in incarnation 1 with 0 queued");
    }

    @Test
    void itNamesTheMessageThatBlocksTheActor() {
        ActorGate gate = new ActorGate();
        ActorRef<Get> actor =
                test.spawn(ActorSpec.of("blocked", () -> Behavior.<Get>receive((context, get) -> gate.pass()))
                        .mailbox(Mailbox.bounded(64))); // the depth of a small mailbox is exact
        actor.tell(new Get("what blocks", nobody()));
        gate.awaitEntered();
        for (int i = 0; i < 3; i++) {
            actor.tell(new Get("queued", nobody()));
        }
        actor.<String>ask(reply -> new Get("x", reply), TIMEOUT).subscribe(v -> {}, errors::add);
        AskTimeoutException error = timeout(actor);
        gate.open();
        assertThat(error).hasMessageEndingWith("; running in incarnation 0 with 4 queued, busy with Get what blocks");
    }

    @Test
    void itNamesTheMessageInAsynchronousWork() {
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                "async",
                () -> Behavior.<Get>receiveAsync((context, get) -> {
                    seen.add(get);
                    return Mono.never();
                })));
        actor.tell(new Get("what takes long", nobody()));
        seen.await(1);
        test.settle(); // the depth of a large mailbox is told when the actor pauses
        actor.<String>ask(reply -> new Get("x", reply), TIMEOUT).subscribe(v -> {}, errors::add);
        assertThat(timeout(actor)).hasMessageEndingWith(" with 1 queued, busy with Get what takes long");
        actor.kill();
    }

    @Test
    void itNamesTheRequestItself() {
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                "async",
                () -> Behavior.<Get>receiveAsync((context, get) -> {
                    seen.add(get);
                    return Mono.never();
                })));
        actor.<String>ask(reply -> new Get("the request", reply), TIMEOUT).subscribe(v -> {}, errors::add);
        seen.await(1);
        test.settle();
        assertThat(timeout(actor)).hasMessageEndingWith(" with 0 queued, busy with Get the request");
        actor.kill();
    }

    @Test
    void itSaysThatTheActorIsStopping() {
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Get>receiveAsync((context, get) -> {
                    seen.add(get);
                    return Mono.never();
                })));
        actor.<String>ask(reply -> new Get("x", reply), TIMEOUT).subscribe(v -> {}, errors::add);
        seen.await(1);
        actor.stop();
        test.settle();
        assertThat(timeout(actor)).hasMessageContaining("; stopping in incarnation 0");
        actor.kill();
    }

    @Test
    void aMessageWhoseToStringThrowsIsNamedByItsClass() {
        record Rude(ActorRef<String> reply) {
            @Override
            public String toString() {
                throw new IllegalStateException("rude");
            }
        }
        ActorRef<Rude> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Rude>receiveAsync((context, get) -> {
                    seen.add("in");
                    return Mono.never();
                })));
        actor.<String>ask(Rude::new, TIMEOUT).subscribe(v -> {}, errors::add);
        seen.await(1);
        test.settle();
        test.time.advance(TIMEOUT);
        assertThat(errors.await(1).get(0)).hasMessageEndingWith(", busy with " + Rude.class.getName());
        actor.kill();
    }

    @Test
    void itNamesTheCallSiteOfAnAskThroughAnAdapter() {
        Recorder<ActorRef<Get>> adapters = new Recorder<>();
        for (int i = 0; i < 2; i++) {
            test.spawn(ActorSpec.<Get>of("a" + i, context -> {
                adapters.add(context.adapter(get -> get));
                return Behavior.receive((c, m) -> {});
            }));
        }
        Mono<String> first = adapters.all().get(0).ask(reply -> new Get("x", reply), TIMEOUT);
        int firstLine = lineAbove();
        Mono<String> second = adapters.all().get(1).ask(reply -> new Get("x", reply), TIMEOUT);
        int secondLine = lineAbove();
        first.subscribe(v -> {}, errors::add);
        second.subscribe(v -> {}, errors::add);
        test.rest();
        test.time.advance(TIMEOUT);
        assertThat(errors.await(2))
                .extracting(Throwable::getMessage)
                .satisfiesExactlyInAnyOrder(
                        text -> assertThat(text)
                                .contains("bastion://test/a0", "AskTimeoutTest.java:" + firstLine + ")"),
                        text -> assertThat(text)
                                .contains("bastion://test/a1", "AskTimeoutTest.java:" + secondLine + ")"));
    }

    private ActorRef<String> nobody() {
        return test.spawn(ActorSpec.anonymous(() -> Behavior.receive((c, m) -> {})));
    }
}

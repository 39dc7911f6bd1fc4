package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Publishers whose outcome comes as a message; and references for messages of another type. */
class PipeToSelfTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();

    private final ActorRef<Object> actor = test.spawn(ActorSpec.of(
            "a",
            () -> Behavior.receive((context, m) -> {
                if (m instanceof Consumer<?> work) {
                    @SuppressWarnings("unchecked")
                    Consumer<ActorContext<Object>> typed = (Consumer<ActorContext<Object>>) work;
                    typed.accept(context);
                } else {
                    seen.add(m);
                }
            })));

    private void within(Consumer<ActorContext<Object>> work) {
        actor.tell(work);
    }

    @Test
    void aValueAnErrorAndAnEmptyEndEachComeAsOneMessage() {
        RuntimeException cause = new IllegalStateException("wanted");
        within(context -> {
            context.pipeToSelf(Mono.just(1), (v, e) -> "value " + v + " " + e);
            context.pipeToSelf(Mono.empty(), (v, e) -> "empty " + v + " " + e);
            context.pipeToSelf(Mono.error(cause), (v, e) -> "error " + v + " " + (e == cause));
            context.pipeToSelf(Flux.just(1, 2, 3), (v, e) -> "first " + v);
            context.pipeToSelf(Mono.just(2).subscribeOn(Schedulers.parallel()), (v, e) -> "foreign " + v);
            context.pipeToSelf(Mono.just(3).subscribeOn(context.scheduler()), (v, e) -> "own " + v);
        });
        assertThat(seen.await(6))
                .containsExactlyInAnyOrder(
                        "value 1 null", "empty null null", "error null true", "first 1", "foreign 2", "own 3");
        test.settle();
        assertThat(seen.size()).isEqualTo(6);
    }

    @Test
    void theMessageIsMadeOnTheActorsWorker() {
        within(context -> context.pipeToSelf(
                Mono.just(1).publishOn(Schedulers.parallel()), (v, e) -> "in " + context.incarnation()));
        assertThat(seen.await(1)).containsExactly("in 0");
    }

    @Test
    void theMessageNeverComesWithinTheHandler() {
        within(context -> {
            context.pipeToSelf(Mono.just(1), (v, e) -> "piped");
            seen.add("handler");
        });
        assertThat(seen.await(2)).containsExactly("handler", "piped");
    }

    @Test
    void aRestartCancelsThePublisher() {
        Sinks.One<Object> sink = Sinks.one();
        within(context -> context.pipeToSelf(sink.asMono().doOnCancel(() -> seen.add("cancelled")), (v, e) -> "piped"));
        within(context -> {
            throw new IllegalStateException("wanted");
        });
        assertThat(seen.await(1)).containsExactly("cancelled");
        sink.tryEmitValue(1);
        test.rest();
        assertThat(seen.size()).isEqualTo(1);
    }

    @Test
    void anOutcomeThatIsOnItsWayAtARestartIsDroppedUnseen() {
        ActorGate gate = new ActorGate();
        Sinks.One<Object> sink = Sinks.one();
        within(context -> {
            context.pipeToSelf(sink.asMono(), (v, e) -> {
                seen.add("made");
                throw new IllegalStateException("the new incarnation must not fail of this");
            });
            gate.pass();
            throw new CancellationException("wanted");
        });
        gate.awaitEntered();
        sink.tryEmitValue(1);
        gate.open();
        within(context -> seen.add("in " + context.incarnation()));
        seen.await(1);
        test.rest();
        within(context -> seen.add("in " + context.incarnation()));
        assertThat(seen.await(2)).containsExactly("in 1", "in 1");
    }

    @Test
    void aStopCancelsThePublisher() {
        within(context -> context.pipeToSelf(Mono.never().doOnCancel(() -> seen.add("cancelled")), (v, e) -> "piped"));
        test.rest();
        actor.stop();
        assertThat(seen.await(1)).containsExactly("cancelled");
    }

    @Test
    void aStopOrADrainLeavesThePublisherAloneWhileAMessageIsInWork() {
        for (Consumer<ActorRef<?>> end : List.<Consumer<ActorRef<?>>>of(ActorRef::stop, ActorRef::drain)) {
            Recorder<String> order = new Recorder<>();
            Recorder<Scheduler> own = new Recorder<>();
            Recorder<String> begun = new Recorder<>();
            Sinks.Empty<Void> work = Sinks.empty();
            ActorRef<String> working = test.spawn(ActorSpec.anonymous(context -> {
                context.pipeToSelf(Mono.never().doOnCancel(() -> order.add("cancelled")), (v, e) -> "piped");
                own.add(context.scheduler());
                return Behavior.receiveAsync((c, m) -> work.asMono()
                        .doOnSubscribe(subscription -> begun.add(m))
                        .doFinally(signal -> order.add("work ended")));
            }));
            working.tell("work");
            begun.await(1);
            end.accept(working);
            own.await(1).get(0).schedule(work::tryEmitEmpty); // when the actor has heard of it
            assertThat(order.await(2)).containsExactly("work ended", "cancelled");
            assertThat(TestSystem.end(working)).isEqualTo(TerminationReason.STOPPED);
        }
    }

    @Test
    void aKillCancelsTheWorkAndThePublisher() {
        Recorder<String> begun = new Recorder<>();
        Recorder<String> order = new Recorder<>();
        ActorRef<String> working = test.spawn(ActorSpec.anonymous(context -> {
            context.pipeToSelf(Mono.never().doOnCancel(() -> order.add("cancelled")), (v, e) -> "piped");
            return Behavior.receiveAsync((c, m) -> Mono.never()
                    .doOnSubscribe(subscription -> begun.add(m))
                    .doOnCancel(() -> order.add("work cancelled")));
        }));
        working.tell("work");
        begun.await(1);
        working.kill();
        assertThat(order.await(2)).containsExactly("work cancelled", "cancelled");
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void aMessageFunctionThatThrowsOrReturnsNullFailsTheIncarnation() {
        within(context -> context.pipeToSelf(Mono.just(1), (v, e) -> {
            throw new IllegalStateException("wanted");
        }));
        test.rest();
        within(context -> seen.add(context.incarnation()));
        seen.await(1);
        within(context -> context.pipeToSelf(Mono.just(1), (v, e) -> null));
        test.rest();
        within(context -> seen.add(context.incarnation()));
        assertThat(seen.await(2)).containsExactly(1, 2);
    }

    @Test
    void anAskMayBePiped() {
        record Get(ActorRef<String> reply) {}
        ActorRef<Get> asked = test.spawn(ActorSpec.of(
                "asked", () -> Behavior.<Get>receive((c, get) -> get.reply().tell("reply"))));
        within(context ->
                context.pipeToSelf(asked.<String>ask(Get::new, java.time.Duration.ofMinutes(1)), (v, e) -> "got " + v));
        assertThat(seen.await(1)).containsExactly("got reply");
    }

    @Test
    void anAdapterTurnsMessagesIntoTheActors() {
        Recorder<ActorRef<Integer>> adapters = new Recorder<>();
        within(context -> adapters.add(context.adapter(n -> {
            if (n < 0) {
                throw new IllegalArgumentException("n: " + n + " (expected: >= 0)");
            }
            return "number " + n;
        })));
        ActorRef<Integer> adapter = adapters.await(1).get(0);
        assertThat(adapter.tell(1)).isEqualTo(TellResult.ACCEPTED);
        assertThat(adapter.tell(2, reactor.util.context.Context.of("k", "v"))).isEqualTo(TellResult.ACCEPTED);
        assertThat(adapter.tellAll(java.util.List.of(3, 4))).isEqualTo(TellResult.ACCEPTED);
        assertThat(adapter.send(5).block()).isTrue();
        adapter.feed(Flux.just(6, 7)).block();
        assertThat(seen.await(7))
                .containsExactly("number 1", "number 2", "number 3", "number 4", "number 5", "number 6", "number 7");
        assertThat(adapter.path()).isEqualTo("bastion://test/a");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> adapter.tell(-1))
                .hasMessage("n: -1 (expected: >= 0)");
        test.rest();
        assertThat(adapter.stats()).isEqualTo(actor.stats());
        adapter.stop();
        assertThat(TestSystem.end(adapter)).isEqualTo(TerminationReason.STOPPED);
        assertThat(adapter.tell(8)).isEqualTo(TellResult.TERMINATED);
        assertThat(test.deadLetters(DeadLetter.Reason.TERMINATED)).containsExactly("number 8");
    }
}

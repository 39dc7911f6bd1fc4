package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.supervision.InFlight;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What a failure says of the place where it happened. */
class ActorCheckpointTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Throwable> failures = new Recorder<>();

    private record Order(String item) {}

    private ActorSpec<Object> failing(String name, Throwable failure) {
        return ActorSpec.of(
                name,
                () -> Behavior.receive((context, message) -> {
                    throw AsyncHandler.sneaky(failure);
                }));
    }

    private static List<String> traces(Throwable failure) {
        return Arrays.stream(failure.getSuppressed()).map(Throwable::getMessage).toList();
    }

    private void recordFailures() {
        test.system.events().ofType(TreeEvent.Failed.class).subscribe(event -> failures.add(event.cause()));
        test.rest();
    }

    @Test
    void failure_saysActorIncarnationAndTypeOfMessage_asTheSameObject() {
        recordFailures();
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second");
        ActorRef<Object> orders = test.spawn(ActorSpec.of(
                "orders",
                () -> Behavior.receive((context, message) -> {
                    throw context.incarnation() == 0 ? first : second;
                })));
        orders.tell(new Order("tea"));
        orders.tell("text");
        failures.await(2);
        assertThat(failures.all().get(0)).isSameAs(first);
        assertThat(traces(first))
                .containsExactly("at bastion://test/orders (incarnation 0) handling " + Order.class.getTypeName());
        assertThat(traces(second))
                .containsExactly("at bastion://test/orders (incarnation 1) handling java.lang.String");
        assertThat(first.getSuppressed()[0].getStackTrace()).isEmpty();
    }

    @Test
    void failure_saysTheSender_whereThatIsTraced() {
        recordFailures();
        ActorRef<Object> orders =
                test.spawn(failing("orders", new IllegalStateException()).intercept(Interceptors.traceSenders()));
        ActorRef<Object> web =
                test.spawn(ActorSpec.of("web", () -> Behavior.receive((context, message) -> orders.tell(message))));
        web.tell(new Order("tea"));
        failures.await(1);
        assertThat(traces(failures.all().get(0)))
                .containsExactly("at bastion://test/orders (incarnation 0) handling " + Order.class.getTypeName()
                        + " from bastion://test/web");
    }

    @Test
    void failureOfAnAsk_saysTheAsker_withoutTracing() {
        recordFailures();
        ActorRef<Object> orders = test.spawn(failing("orders", new IllegalStateException()));
        ActorRef<Object> web = test.spawn(ActorSpec.of(
                "web",
                () -> Behavior.receiveAsync((context, message) ->
                        orders.ask(reply -> message, Duration.ofSeconds(1)).onErrorComplete())));
        web.tell("order");
        failures.await(1);
        assertThat(traces(failures.all().get(0)))
                .containsExactly(
                        "at bastion://test/orders (incarnation 0) handling java.lang.String from bastion://test/web");
    }

    @Test
    void tracedSender_isInDeadLetters_andNotInTheContextOfTheReceiver() {
        Recorder<Boolean> empty = new Recorder<>();
        ActorRef<Object> orders = test.spawn(ActorSpec.<Object>of(
                        "orders",
                        () -> Behavior.receive((context, message) -> {
                            empty.add(context.contextView().isEmpty());
                            throw new IllegalStateException();
                        }))
                .intercept(Interceptors.traceSenders())
                .restart(Restart.transientOnFailure().inFlight(InFlight.DEAD_LETTER)));
        ActorRef<Object> web =
                test.spawn(ActorSpec.of("web", () -> Behavior.receive((context, message) -> orders.tell(message))));
        web.tell("order");
        Conditions.await("a dead letter", () -> !test.deadLetters.isEmpty());
        assertThat(test.deadLetters.element().sender()).isEqualTo(web);
        assertThat(empty.all()).containsExactly(true);
    }

    @Test
    void failuresOfAllKinds_sayWhereTheyHappened() {
        recordFailures();
        test.spawn(ActorSpec.<Object>of(
                        "async",
                        () -> Behavior.receiveAsync(
                                (context, message) -> Mono.error(new IllegalStateException("async")))))
                .tell("x");
        test.spawn(ActorSpec.<Object>of(
                        "flow",
                        () -> Behavior.flow((context, inbox) -> inbox.map(m -> {
                            throw new IllegalStateException("flow");
                        }))))
                .tell("x");
        test.spawn(ActorSpec.<Object>of(
                        "later",
                        () -> Behavior.flow((context, inbox) -> inbox.publishOn(Schedulers.parallel(), 1)
                                .map(m -> {
                                    throw new IllegalStateException("later");
                                }))))
                .tell("x");
        failures.await(3);
        assertThat(failures.all())
                .extracting(failure -> failure.getMessage() + ": " + traces(failure))
                .containsExactlyInAnyOrder(
                        "async: [at bastion://test/async (incarnation 0) handling java.lang.String]",
                        "flow: [at bastion://test/flow (incarnation 0) handling java.lang.String]",
                        "later: [at bastion://test/later (incarnation 0) in its flow]");
    }

    @Test
    void aConstantFailure_doesNotGrow() {
        recordFailures();
        IllegalStateException constant = new IllegalStateException("constant");
        ActorRef<Object> a = test.spawn(failing("a", constant));
        ActorRef<Object> b = test.spawn(failing("b", constant));
        for (int i = 0; i < 500; i++) {
            a.tell(i);
            b.tell(i);
        }
        failures.await(1_000);
        assertThat(constant.getSuppressed()).hasSize(1);
    }

    private static final class Unsuppressed extends RuntimeException {
        Unsuppressed() {
            super("unsuppressed", null, false, false);
        }
    }

    @Test
    void failuresThatTakeNoTrace_areReportedAsTheyAre() {
        recordFailures();
        Unsuppressed refusing = new Unsuppressed();
        StackOverflowError overflow = new StackOverflowError();
        test.spawn(failing("a", refusing)).tell("x");
        test.spawn(failing("b", overflow)).tell("x");
        failures.await(2);
        assertThat(failures.all()).containsExactlyInAnyOrder(refusing, overflow);
        assertThat(overflow.getSuppressed()).isEmpty();
    }

    @Test
    void trace_survivesSerialization() throws Exception {
        recordFailures();
        IllegalStateException failure = new IllegalStateException("lost");
        test.spawn(failing("a", failure)).tell("x");
        failures.await(1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(failure);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(traces((Throwable) Objects.requireNonNull(in.readObject())))
                    .isEqualTo(traces(failure));
        }
    }

    @Test
    void failedStart_saysSo() {
        assertThatThrownBy(() -> test.spawn(ActorSpec.of("a", () -> {
                    throw new IllegalStateException("factory");
                })))
                .isInstanceOf(ActorStartException.class)
                .hasMessageContaining("bastion://test/a");
    }
}

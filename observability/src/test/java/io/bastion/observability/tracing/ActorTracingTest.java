package io.bastion.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.TellResult;
import io.bastion.mailbox.Mailbox;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.tck.TestObservationRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Which observations there are of messages, what they are within, and what they say. */
@BastionTest
class ActorTracingTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    record Ask(String text, ActorRef<String> replyTo) {}

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private final Open open = new Open();
    private final Queue<Observation.Context> all = new ConcurrentLinkedQueue<>();
    private TestKit kit;

    @BeforeEach
    void start(TestKit kit) {
        this.kit = kit;
        registry.observationConfig().observationHandler(open).observationHandler(new ObservationHandler<>() {
            @Override
            public void onStart(Observation.Context context) {
                all.add(context);
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
    }

    private <M> ActorRef<M> traced(String name, Behavior<M> behavior) {
        return traced(ActorTracing.of(registry), name, behavior);
    }

    private <M> ActorRef<M> traced(ActorTracing tracing, String name, Behavior<M> behavior) {
        return kit.spawn(ActorSpec.of(name, () -> behavior)
                .type(name.replaceAll("-.*", ""))
                .intercept(tracing));
    }

    private Observation root() {
        return Observation.start("root", registry);
    }

    private static Context in(Observation observation) {
        return Context.of(ObservationThreadLocalAccessor.KEY, observation);
    }

    /** What each observation is within, by their names. */
    private List<String> tree() {
        return all.stream().map(c -> c.getContextualName() + parents(c)).toList();
    }

    private static String parents(Observation.ContextView of) {
        ObservationView parent = of.getParentObservation();
        return parent == null
                ? ""
                : " < " + parent.getContextView().getContextualName() + parents(parent.getContextView());
    }

    private void rest() {
        kit.rest();
        open.assertNone();
    }

    @Test
    void message_isSentAndHandled_withNamesAndKeysAsDocumented() {
        ActorRef<Integer> actor = traced("order-17", Behavior.receive((context, message) -> {}));

        actor.tell(1);
        rest();

        registry.assertThat()
                .hasNumberOfObservationsEqualTo(2)
                .hasObservationWithNameEqualTo("bastion.actor.send")
                .that()
                .hasBeenStopped()
                .hasContextualNameEqualTo("send order")
                .doesNotHaveParentObservation()
                .hasLowCardinalityKeyValue("messaging.system", "bastion")
                .hasLowCardinalityKeyValue("messaging.operation.name", "send")
                .hasLowCardinalityKeyValue("messaging.operation.type", "send")
                .hasLowCardinalityKeyValue("messaging.destination.name", "order")
                .hasLowCardinalityKeyValue("bastion.send.result", "accepted")
                .hasHighCardinalityKeyValue("bastion.actor.path", "bastion://test/order-17")
                .hasHighCardinalityKeyValue("bastion.message.class", "java.lang.Integer");
        registry.assertThat()
                .hasObservationWithNameEqualTo("bastion.actor.process")
                .that()
                .hasBeenStopped()
                .hasContextualNameEqualTo("process order")
                .hasLowCardinalityKeyValue("messaging.operation.type", "process")
                .hasLowCardinalityKeyValue("bastion.process.outcome", "handled")
                .hasHighCardinalityKeyValue("bastion.actor.incarnation", "0");
        assertThat(tree()).containsExactly("send order", "process order < send order");
    }

    @Test
    void everyKey_isDocumented_andEveryDocumentedKeyIsThere() {
        ActorRef<Object> actor = traced("order", Behavior.receive((context, message) -> {
            throw new IllegalStateException("fail");
        }));

        actor.tell("m");
        rest();

        for (ActorObservationDocumentation kind : ActorObservationDocumentation.values()) {
            Observation.Context context = all.stream()
                    .filter(c -> kind.getName().equals(c.getName()))
                    .findAny()
                    .orElseThrow();
            assertThat(context.getLowCardinalityKeyValues().stream().map(KeyValue::getKey))
                    .containsExactlyInAnyOrderElementsOf(names(kind.getLowCardinalityKeyNames()));
            assertThat(context.getHighCardinalityKeyValues().stream().map(KeyValue::getKey))
                    .containsExactlyInAnyOrderElementsOf(names(kind.getHighCardinalityKeyNames()));
            assertThat(Objects.requireNonNull(kind.getContextualName()).replace("{type}", "order"))
                    .isEqualTo(context.getContextualName());
        }
    }

    private static List<String> names(KeyName... keys) {
        return Stream.of(keys).map(KeyName::asString).toList();
    }

    @Test
    void handlers_ofEveryKind_areWithinWhatTheirSenderIsIn() {
        ActorRef<String> last = traced("last", Behavior.receive((context, message) -> {}));
        ActorRef<String> sync = traced("sync", Behavior.receive((context, message) -> last.tell(message)));
        ActorRef<String> async = traced(
                "async",
                Behavior.receiveAsync((context, message) -> Mono.delay(SECOND).then(last.send(message))));
        ActorRef<Ask> asked = traced("asked", Behavior.receive((context, ask) -> {
            last.tell(ask.text());
            ask.replyTo().tell(ask.text());
        }));
        Observation root = root();

        sync.tell("sync", in(root));
        kit.rest();
        async.tell("async", in(root));
        kit.rest();
        kit.advanceBy(SECOND);
        kit.rest();
        kit.result(asked.<String>ask(replyTo -> new Ask("ask", replyTo), SECOND).contextWrite(in(root)));
        root.stop();
        rest();

        assertThat(tree().stream().map(line -> line.replace(" < null", "")))
                .containsExactly(
                        "null",
                        "send sync",
                        "process sync < send sync",
                        "send last < process sync < send sync",
                        "process last < send last < process sync < send sync",
                        "send async",
                        "process async < send async",
                        "send last < process async < send async",
                        "process last < send last < process async < send async",
                        "send asked",
                        "process asked < send asked",
                        "send last < process asked < send asked",
                        "process last < send last < process asked < send asked");
    }

    @Test
    void current_observationOfTheSender_isTheParent_unlessTheContextSaysAnother() {
        ActorRef<String> actor = traced("a", Behavior.receive((context, message) -> {}));
        Observation current = root();
        Observation other = root();

        current.scoped(() -> {
            actor.tell("m");
            actor.tell("m", in(other));
            Observation within = Observation.start("within", registry);
            within.scoped(() -> actor.tell("m", in(current)));
            within.stop();
        });
        Stream.of(current, other).forEach(Observation::stop);
        rest();

        assertThat(all.stream()
                        .filter(c -> c instanceof ActorSendContext)
                        .map(c ->
                                Objects.requireNonNull(c.getParentObservation()).getContextView()))
                .satisfiesExactly(
                        parent -> assertThat(parent).isSameAs(current.getContext()),
                        parent -> assertThat(parent).isSameAs(other.getContext()),
                        parent -> assertThat(parent.getName()).isEqualTo("within"));
    }

    @Test
    void forwarded_message_isWithinItsForwarder() {
        ActorRef<Ask> last =
                traced("last", Behavior.receive((context, ask) -> ask.replyTo().tell("done")));
        ActorRef<Ask> first = traced("first", Behavior.receive((context, ask) -> context.forward(last, ask)));

        kit.result(first.<String>ask(replyTo -> new Ask("m", replyTo), SECOND));
        rest();

        assertThat(tree()).last().isEqualTo("process last < send last < process first < send first");
    }

    @Test
    void timer_thatAHandlerSets_goesOnWithItsTrace_andOneOfNoTraceIsNotObserved() {
        List<String> ticks = new ArrayList<>();
        ActorRef<String> actor = kit.spawn(ActorSpec.<String>of("a", context -> {
                    context.timers().once("start", "from the start", SECOND);
                    return Behavior.receive((c, message) -> {
                        if (message.equals("set")) {
                            c.timers().once("later", "later", SECOND);
                        } else {
                            ticks.add(message);
                        }
                    });
                })
                .type("a")
                .intercept(ActorTracing.of(registry)));
        actor.tell("set");
        kit.rest();
        kit.advanceBy(SECOND);
        rest();

        assertThat(ticks).containsExactlyInAnyOrder("from the start", "later");
        assertThat(tree()).containsExactly("send a", "process a < send a", "process a < send a");
    }

    @Test
    void actors_ofOtherTypes_areNotObserved_andATraceGoesOnBehindThem() {
        ActorTracing tracing =
                ActorTracing.builder(registry).types("seen"::equals).build();
        ActorRef<String> last = traced(tracing, "seen-2", Behavior.receive((context, message) -> {}));
        ActorRef<String> sync = traced(tracing, "sync", Behavior.receive((context, message) -> last.tell(message)));
        ActorRef<String> async = traced(
                tracing,
                "async",
                Behavior.receiveAsync((context, message) -> Mono.delay(SECOND).then(last.send(message))));
        ActorRef<String> first = traced(tracing, "seen-1", Behavior.receive((context, message) -> {
            sync.tell(message);
            async.tell(message, context.contextView());
        }));

        sync.tell("of no trace");
        rest();
        assertThat(tree()).containsExactly("send seen", "process seen < send seen");
        all.clear();

        first.tell("m");
        kit.rest();
        kit.advanceBy(SECOND);
        rest();

        assertThat(tree())
                .containsExactly(
                        "send seen",
                        "process seen < send seen",
                        "send seen < process seen < send seen",
                        "process seen < send seen < process seen < send seen",
                        "send seen < process seen < send seen",
                        "process seen < send seen < process seen < send seen");
    }

    @Test
    void messages_thatAreNotSampled_areNotObserved_butThoseOfATraceAre() {
        List<Boolean> dice = new ArrayList<>(List.of(false, true, false));
        ActorTracing tracing =
                ActorTracing.builder(registry).sampled(() -> dice.remove(0)).build();
        ActorRef<Integer> last = traced(tracing, "last", Behavior.receive((context, message) -> {}));
        ActorRef<Integer> first = traced(tracing, "first", Behavior.receive((context, message) -> {
            if (message == 2) {
                last.tell(message);
            }
        }));

        first.tell(1);
        first.tell(2);
        first.tell(3);
        rest();
        assertThat(dice).isEmpty();
        assertThat(open.started()).isEqualTo(4);

        Observation root = root();
        first.tell(2, in(root));
        root.stop();
        rest();
        assertThat(open.started()).isEqualTo(9);
    }

    @Test
    void probability_isThatOfMessagesWithoutATrace() {
        ActorRef<Integer> never = traced(
                ActorTracing.builder(registry).sampled(0).build(), "never", Behavior.receive((context, message) -> {}));
        ActorRef<Integer> often = traced(
                ActorTracing.builder(registry).sampled(0.25).build(), "often", Behavior.receive((c, message) -> {}));
        for (int i = 0; i < 1_000; i++) {
            never.tell(i);
            often.tell(i);
        }
        rest();

        assertThat(open.started(ActorSendContext.class)).isBetween(150L, 350L);
        assertThat(open.started(ActorProcessContext.class)).isEqualTo(open.started(ActorSendContext.class));
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> ActorTracing.builder(registry).sampled(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("probability: " + wrong + " (expected: 0 to 1)");
        }
    }

    @Test
    void refused_message_isSaidToBe() {
        ActorRef<Integer> actor =
                kit.spawn(ActorSpec.of("full", () -> Behavior.<Integer>receiveAsync((context, message) -> Mono.never()))
                        .mailbox(Mailbox.bounded(1))
                        .intercept(ActorTracing.of(registry)));
        actor.tell(1);
        kit.rest();
        while (actor.tell(2) != TellResult.REFUSED) {}
        actor.kill();
        kit.rest();
        actor.tell(3);
        rest();

        assertThat(results()).contains("accepted", "refused").endsWith("terminated");
        assertThat(open.ended(ActorProcessContext.Outcome.CANCELLED)).isEqualTo(1);
    }

    private List<String> results() {
        return all.stream()
                .filter(c -> c instanceof ActorSendContext)
                .map(c -> Objects.requireNonNull(c.getLowCardinalityKeyValue("bastion.send.result"))
                        .getValue())
                .toList();
    }

    @Test
    void conventions_areReplaceable_forAnInterceptor_andForARegistry() {
        ActorTracing own = ActorTracing.builder(registry)
                .typeOf(actor -> "T")
                .convention(new ActorSendObservationConvention() {
                    @Override
                    public String getName() {
                        return "my.send";
                    }
                })
                .convention(new ActorProcessObservationConvention() {
                    @Override
                    public KeyValues getHighCardinalityKeyValues(ActorProcessContext context) {
                        return KeyValues.of("text", String.valueOf(context.message()));
                    }
                })
                .convention(new ActorRestartObservationConvention() {
                    @Override
                    public String getContextualName(ActorRestartContext context) {
                        return "again " + context.incarnation();
                    }
                })
                .build();
        ActorRef<String> actor = traced(own, "a", Behavior.receive((context, message) -> {
            throw new IllegalStateException(message);
        }));
        actor.tell("fail");
        rest();

        assertThat(all.stream().map(Observation.Context::getName))
                .containsExactly("my.send", "bastion.actor.process", "bastion.actor.restart");
        assertThat(tree()).containsExactly("send T", "process T < send T", "again 0");
        registry.assertThat().hasAnObservationWithAKeyValue("text", "fail");

        class Global implements ActorSendObservationConvention, GlobalObservationConvention<ActorSendContext> {
            @Override
            public String getName() {
                return "global.send";
            }
        }
        registry.observationConfig().observationConvention(new Global());
        traced("b", Behavior.<String>receive((context, message) -> {})).tell("m");
        rest();
        registry.assertThat().hasObservationWithNameEqualTo("global.send");
    }

    @Test
    void observation_thatIsNotToBe_leavesTheMessageAlone() {
        List<Object> contexts = new ArrayList<>();
        Behavior<String> noting = Behavior.receive(
                (context, message) -> contexts.add(context.contextView().size()));
        registry.observationConfig().observationPredicate((name, context) -> !name.startsWith("bastion"));
        traced("a", noting).tell("m");
        traced(ActorTracing.of(ObservationRegistry.NOOP), "b", noting).tell("m");
        rest();

        assertThat(contexts).containsExactly(0, 0);
        assertThat(all).isEmpty();
    }

    @Test
    void handler_thatThrows_changesNothingForActors() {
        registry.observationConfig().observationHandler(new ObservationHandler<ActorSendContext>() {
            @Override
            public void onStart(ActorSendContext context) {
                if (context.message().equals("start")) {
                    throw new IllegalStateException("a handler of observations");
                }
            }

            @Override
            public void onStop(ActorSendContext context) {
                throw new IllegalStateException("a handler of observations");
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return context instanceof ActorSendContext;
            }
        });
        List<String> got = new ArrayList<>();
        ActorRef<String> actor = traced("a", Behavior.receive((context, message) -> got.add(message)));

        assertThat(actor.tell("start")).isEqualTo(TellResult.ACCEPTED);
        assertThat(actor.tell("stop")).isEqualTo(TellResult.ACCEPTED);
        kit.rest();

        assertThat(got).containsExactly("start", "stop");
    }

    @Test
    void twoActors_thatTellEachOtherForEver_doNotKeepWhatWasBefore() {
        int rounds = 500;
        List<ActorRef<Integer>> both = new ArrayList<>();
        for (String name : List.of("ping", "pong")) {
            both.add(traced(name, Behavior.receive((context, left) -> {
                if (left > 0) {
                    both.get(left % 2).tell(left - 1);
                }
            })));
        }
        both.get(0).tell(rounds);
        rest();

        assertThat(open.started()).isEqualTo(2 * (rounds + 1));
        int most = all.stream().mapToInt(ActorTracingTest::ancestors).max().orElse(0);
        assertThat(most).isLessThanOrEqualTo(Ancestry.KEPT).isGreaterThan(1);
    }

    private static int ancestors(Observation.ContextView of) {
        int ancestors = 0;
        for (ObservationView p = of.getParentObservation();
                p != null;
                p = p.getContextView().getParentObservation()) {
            ancestors++;
        }
        return ancestors;
    }
}

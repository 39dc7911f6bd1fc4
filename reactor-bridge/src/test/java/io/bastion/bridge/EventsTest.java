package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.TreeEvent;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to one actor, or to a group, as a stream. */
@BastionTest
class EventsTest {
    private final List<String> seen = new ArrayList<>();

    private static ActorSpec<Integer> failing(String name) {
        return ActorSpec.of(
                name,
                () -> Behavior.receive((context, n) -> {
                    throw new IllegalStateException("always");
                }));
    }

    private void watch(reactor.core.publisher.Flux<TreeEvent> events) {
        events.subscribe(event -> seen.add(shown(event)), error -> {}, () -> seen.add("complete"));
    }

    private static String shown(TreeEvent event) {
        String path = event.actor().path();
        return event.getClass().getSimpleName() + " " + path.substring(path.lastIndexOf('/') + 1);
    }

    @Test
    void actor_isThereFirst_andItsStopIsTheEnd(TestKit kit) {
        ActorRef<Integer> actor = kit.spawn(failing("a"));
        ActorRef<Integer> other = kit.spawn(failing("b"));
        watch(kit.system().events(actor));
        kit.rest();
        assertThat(seen).containsExactly("Started a");
        other.tell(1);
        actor.tell(1);
        kit.rest();
        other.stop();
        actor.stop();
        kit.rest();
        assertThat(seen)
                .containsExactly("Started a", "Failed a", "Restarting a", "Restarted a", "Stopped a", "complete");
    }

    @Test
    void actorThatHasTerminated_hasNoEvents(TestKit kit) {
        ActorRef<Integer> actor = kit.spawn(failing("a"));
        actor.stop();
        kit.rest();
        watch(kit.system().events(actor));
        kit.rest();
        assertThat(seen).containsExactly("complete");
    }

    @Test
    void actorThatEndsMeanwhile_alwaysEndsTheStream(TestKit kit) {
        for (int i = 0; i < 50; i++) {
            ActorRef<Integer> actor = kit.spawn(failing("a" + i));
            actor.stop();
            watch(kit.system().events(actor));
        }
        kit.rest();
        assertThat(seen.stream().filter("complete"::equals)).hasSize(50);
        assertThat(seen.stream().filter(s -> s.startsWith("Started")).count())
                .isEqualTo(seen.stream().filter(s -> s.startsWith("Stopped")).count());
    }

    @Test
    void children_areSeenBelowTheirParent(TestKit kit) {
        ActorRef<String> parent = kit.spawn(ActorSpec.of(
                "p",
                () -> Behavior.receive((context, name) ->
                        context.spawn(ActorSpec.<String>of(name, () -> Behavior.receive((c, m) -> {}))))));
        watch(kit.system().events(parent));
        kit.rest();
        parent.tell("c");
        kit.rest();
        parent.stop();
        kit.rest();
        assertThat(seen).containsExactly("Started p", "Started c", "Stopped c", "Stopped p", "complete");
    }

    @Test
    void group_isSeenWithItsMembers(TestKit kit) {
        SupervisorRef group = kit.system().supervise(GroupSpec.of("g", 2, failing("m")));
        kit.rest();
        watch(group.events());
        kit.rest();
        assertThat(seen).hasSize(3).startsWith("Started g");
        group.stop();
        kit.rest();
        assertThat(seen).endsWith("Stopped g", "complete");
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void actorOfAnotherSystem_isRefused(TestKit kit) {
        try (ActorSystem other = ActorSystem.create("other")) {
            ActorRef<Integer> stranger = other.spawn(failing("a"));
            assertThatThrownBy(() -> kit.system().events(stranger))
                    .hasMessage("actor: bastion://other/a (expected: an actor of test)");
        }
        assertThatThrownBy(() -> kit.system().events(null)).hasMessage("actor: null (expected: an ActorRef)");
    }
}

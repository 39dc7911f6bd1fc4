package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The children of a {@link SupervisorSpec}. */
class SupervisorSpecTest {
    private static ActorSpec<Object> actor(String name) {
        return ActorSpec.of(name, () -> Behavior.receive((context, message) -> {}));
    }

    private static List<String> names(SupervisorSpec spec) {
        return spec.asActor().template().supervision().children().stream()
                .map(child -> Objects.requireNonNull(child.name()))
                .toList();
    }

    @Test
    void children_comeAfterThoseBeforeThem() {
        SupervisorSpec one = SupervisorSpec.named("s").child(actor("a"));
        SupervisorSpec more = one.children(List.of(actor("c"), SupervisorSpec.named("b")));
        assertThat(names(more.child(actor("d")))).containsExactly("a", "c", "b", "d");
        assertThat(names(one)).containsExactly("a");
        assertThat(names(one.children(List.of()))).containsExactly("a");
    }

    @Test
    @Timeout(30)
    void manyChildrenAtATime_takeTimeInProportionToTheirNumber() {
        List<ActorSpec<Object>> many =
                IntStream.range(0, 200_000).mapToObj(i -> actor("a" + i)).toList();
        assertThat(names(SupervisorSpec.named("s").children(many))).hasSize(200_000);
    }

    @Test
    void aNameThatIsTakenOrMissing_isRefused() {
        SupervisorSpec spec = SupervisorSpec.named("s").child(actor("a"));
        String taken = "child: \"a\" (expected: no other child of s with that name)";
        assertThatThrownBy(() -> spec.child(actor("a"))).hasMessage(taken);
        assertThatThrownBy(() -> spec.children(List.of(actor("b"), actor("a")))).hasMessage(taken);
        assertThatThrownBy(() -> SupervisorSpec.named("s").children(List.of(actor("a"), actor("a"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(taken);
        assertThatThrownBy(() ->
                        spec.children(List.of(ActorSpec.anonymous(() -> Behavior.receive((context, message) -> {})))))
                .hasMessage("child: without a name (expected: a named specification)");
    }
}

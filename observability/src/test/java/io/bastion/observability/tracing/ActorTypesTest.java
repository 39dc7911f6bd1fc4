package io.bastion.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.Probe;
import io.bastion.testkit.TestKit;
import org.junit.jupiter.api.Test;

@BastionTest
class ActorTypesTest {
    @Test
    void actor_ofThisJvm_isOfTheTypeThatMetersHave(TestKit kit) {
        ActorSpec<String> spec = ActorSpec.of("order-17", () -> Behavior.receive((context, message) -> {}));

        assertThat(ActorTypes.of(kit.spawn(spec.type("orders")))).isEqualTo("orders");
        assertThat(ActorTypes.of(kit.spawn(spec.named("order-18")))).isEqualTo("ActorTypesTest");
    }

    @Test
    void name_isTheLastInThePath_withoutANumber(TestKit kit) {
        Probe<ActorRef<?>> children = kit.probe("children");
        for (String name : new String[] {"order-17", "a1.b_2", "plain", "7"}) {
            kit.spawn(ActorSpec.<String>of(name, context -> {
                children.ref().tell(context.self());
                children.ref().tell(context.spawn(ActorSpec.anonymous(() -> Behavior.receive((c, message) -> {}))));
                return Behavior.receive((c, message) -> {});
            }));
        }

        for (String type : new String[] {"order", "a1.b", "plain", "anonymous"}) {
            assertThat(ActorTypes.byName(children.expectNext())).isEqualTo(type);
            assertThat(ActorTypes.byName(children.expectNext())).isEqualTo(type);
        }
    }
}

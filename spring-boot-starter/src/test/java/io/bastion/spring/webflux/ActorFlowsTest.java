package io.bastion.spring.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.mailbox.Mailbox;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** What becomes of a stream's actor when nobody follows it. */
class ActorFlowsTest {
    @Test
    void actorThatCannotJoin_isNotLeftBehind() {
        AtomicReference<@Nullable ActorRef<String>> follower = new AtomicReference<>();
        try (ActorSystem system = ActorSystem.create("flows")) {
            StepVerifier.create(ActorFlows.<String>following(system, "follower", Mailbox.bounded(1), me -> {
                        follower.set(me);
                        throw new IllegalStateException("nobody to join");
                    }))
                    .verifyErrorMessage("nobody to join");
            ActorRef<String> ref = follower.get();
            assertThat(ref).isNotNull();
            assertThat(ref.whenTerminated().blockOptional(Duration.ofSeconds(10)))
                    .isNotNull();
        }
    }
}

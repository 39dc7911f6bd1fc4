package io.bastion.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import io.bastion.actor.ActorRef;
import io.bastion.spring.test.DoorApplication.DoorMessage;
import io.bastion.spring.test.DoorApplication.Doorman;
import io.bastion.spring.test.DoorApplication.IsOpen;
import io.bastion.spring.test.DoorApplication.Open;
import io.bastion.testkit.Probe;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

// guide: test
@ActorTest
class ActorTestTest {
    @MockitoBean
    Doorman doorman;

    @Test
    void door_tenSecondsAfterItWasOpened_isShut(@Autowired TestKit kit, @Autowired ActorRef<DoorMessage> door) {
        when(doorman.greeting()).thenReturn("come in");
        Probe<String> visitor = kit.probe();
        door.tell(new Open(visitor.ref()));
        visitor.expect("come in");

        kit.advanceBy(Duration.ofSeconds(9));
        assertThat(kit.result(door.ask(IsOpen::new, Duration.ofSeconds(1)))).isEqualTo(true);
        kit.advanceBy(Duration.ofSeconds(1));
        assertThat(kit.result(door.ask(IsOpen::new, Duration.ofSeconds(1)))).isEqualTo(false);
    }
    // guide: end

    @Test
    void slice_hasTheActorsAndNoOtherComponents(@Autowired ApplicationContext context) {
        assertThat(context.containsBean("door")).isTrue();
        assertThat(context.getBeanProvider(Building.class).getIfAvailable()).isNull();
    }
}

package io.bastion.examples.twins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.AskFailedException;
import io.bastion.examples.twins.DeviceMessage.Follow;
import io.bastion.examples.twins.DeviceMessage.Read;
import io.bastion.examples.twins.DeviceMessage.Report;
import io.bastion.examples.twins.DeviceMessage.SetTarget;
import io.bastion.examples.twins.DevicesMessage.Find;
import io.bastion.examples.twins.DevicesMessage.Release;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.Probe;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The actors, without Spring and in virtual time. */
@BastionTest
class DevicesTest {
    private static final DeviceId OVEN = new DeviceId("oven");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final TwinsProperties SETTINGS =
            new TwinsProperties(SECOND, 64, IDLE, Duration.ofMillis(100), Duration.ofSeconds(10));

    private final Targets targets = new TargetsInMemory();

    private TestKit kit;
    private ActorRef<DevicesMessage> devices;

    @BeforeEach
    void start(TestKit kit) {
        this.kit = kit;
        devices = kit.spawn(Devices.spec(targets, SETTINGS));
    }

    private ActorRef<DeviceMessage> find(DeviceId id) {
        return Objects.requireNonNull(kit.result(devices.ask(reply -> new Find(id, reply), SECOND)));
    }

    private Twin heated(ActorRef<DeviceMessage> device, double celsius) {
        return Objects.requireNonNull(kit.result(
                        device.<Optional<Twin>>ask(reply -> new SetTarget(new Target(celsius), reply), SECOND)))
                .orElseThrow();
    }

    private Optional<Twin> read(ActorRef<DeviceMessage> device) {
        return Objects.requireNonNull(kit.result(device.ask(Read::new, SECOND)));
    }

    private Twin reported(ActorRef<DeviceMessage> device, String payload) {
        return Objects.requireNonNull(
                        kit.result(device.<Optional<Twin>>ask(reply -> new Report(payload, reply), SECOND)))
                .orElseThrow();
    }

    @Test
    void device_thatIsIdle_leavesAndComesBackWithItsTarget() {
        ActorRef<DeviceMessage> first = find(OVEN);
        heated(first, 21);
        assertThat(find(OVEN)).isSameAs(first);

        kit.advanceBy(IDLE);
        assertThat(kit.result(first.whenTerminated())).isNotNull();
        ActorRef<DeviceMessage> second = find(OVEN);
        assertThat(second).isNotSameAs(first);
        assertThat(read(second)).contains(new Twin(OVEN, 21, null, 0, 0));
    }

    @Test
    void device_thatIsFollowed_stays() {
        ActorRef<DeviceMessage> device = find(OVEN);
        heated(device, 21);
        Probe<Twin> follower = kit.probe();
        device.tell(new Follow(follower.ref()));
        follower.expect(new Twin(OVEN, 21, null, 0, 0));

        kit.advanceBy(IDLE.multipliedBy(3));
        assertThat(find(OVEN)).isSameAs(device);

        follower.ref().stop();
        kit.advanceBy(IDLE.multipliedBy(2));
        assertThat(kit.result(device.whenTerminated())).isNotNull();
    }

    @RepeatedTest(20) // in as many orders
    void device_thatIsWantedWhileItLeaves_comesBack() {
        ActorRef<DeviceMessage> device = find(OVEN);
        heated(device, 21);
        Probe<ActorRef<DeviceMessage>> found = kit.probe();
        Probe<Optional<Twin>> answers = kit.probe();

        device.tell(new Read(answers.ref()));
        devices.tell(new Release(OVEN));
        devices.tell(new Find(OVEN, found.ref()));
        assertThat(answers.expectNext()).isPresent(); // what it had got by then is answered
        ActorRef<DeviceMessage> next = found.expectNext();
        assertThat(next).isNotSameAs(device);
        assertThat(read(next)).contains(new Twin(OVEN, 21, null, 0, 0));
    }

    @Test
    void device_thatNobodyHasCommanded_isUnknownAndLeaves() {
        ActorRef<DeviceMessage> device = find(OVEN);
        assertThat(read(device)).isEmpty();
        assertThat(kit.result(device.whenTerminated())).isNotNull();
    }

    @Test
    void reading_thatIsGarbage_restartsTheDeviceWithItsTargetAndItsFollowers() {
        ActorRef<DeviceMessage> device = find(OVEN);
        heated(device, 21);
        Probe<Twin> follower = kit.probe();
        device.tell(new Follow(follower.ref()));
        assertThat(reported(device, "T=19.5")).isEqualTo(new Twin(OVEN, 21, 19.5, 1, 0));
        assertThatThrownBy(() -> reported(device, "\u0000\u0017")).isInstanceOf(AskFailedException.class);
        kit.advanceBy(SECOND);

        assertThat(read(device)).contains(new Twin(OVEN, 21, null, 0, 1));
        assertThat(reported(device, "T=20")).isEqualTo(new Twin(OVEN, 21, 20.0, 1, 1));
        kit.rest();
        assertThat(follower.messages())
                .containsExactly(
                        new Twin(OVEN, 21, null, 0, 0),
                        new Twin(OVEN, 21, 19.5, 1, 0),
                        new Twin(OVEN, 21, null, 0, 1),
                        new Twin(OVEN, 21, 20.0, 1, 1));
    }

    @Test
    void device_thatFailsAgainAndAgain_waitsLongerEachTimeAndDisturbsNobody() {
        DeviceId bad = new DeviceId("bad");
        ActorRef<DeviceMessage> device = find(bad);
        heated(device, 21);
        Probe<Optional<Twin>> answers = kit.probe();
        for (int i = 0; i < 12; i++) {
            device.tell(new Report("garbage", answers.ref()));
        }
        device.tell(new Read(answers.ref()));

        kit.advanceBy(Duration.ofSeconds(20)); // 100 ms and twice as long each time, up to 10 s
        answers.expectNone();
        assertThat(heated(find(OVEN), 22).incarnation()).isZero();
        kit.advanceBy(Duration.ofMinutes(2));
        assertThat(answers.expectNext()).contains(new Twin(bad, 21, null, 0, 12));
    }
}

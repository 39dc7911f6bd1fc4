package io.bastion.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The small programs print what they are there to show. */
@Timeout(60)
class ProgramsTest {
    private static final String[] NONE = {};

    @Test
    void hello() {
        assertThat(Output.of(() -> Hello.main(NONE))).isEqualTo("""
                Hello, world!
                """);
    }

    @Test
    void askAndReply() {
        assertThat(Output.of(() -> AskAndReply.main(NONE))).isEqualTo("""
                balance: 1250
                """);
    }

    @Test
    void restartKeepsTheMailbox() {
        assertThat(Output.of(() -> RestartKeepsTheMailbox.main(NONE))).isEqualTo("""
                incarnation 0, message 1: 100 / 4 = 25
                incarnation 0, message 2: 100 / 5 = 20
                incarnation 1, message 1: 100 / 20 = 5
                incarnation 1, message 2: 100 / 50 = 2
                failed: 1
                """);
    }

    @Test
    void backpressure() {
        assertThat(Output.of(() -> Backpressure.main(NONE))).isEqualTo("""
                tell 1: ACCEPTED
                tell 2: ACCEPTED
                tell 3: ACCEPTED
                tell 4: REFUSED
                send 4: waits
                send 4: accepted
                handled: 1000
                """);
    }

    @Test
    void flowActor() {
        assertThat(Output.of(() -> FlowActor.main(NONE))).isEqualTo("""
                mean of [1, 2, 6]: 3.0
                mean of [10, 20, 30]: 20.0
                mean of [7]: 7.0
                handled: 7
                """);
    }

    @Test
    void priorityMailbox() {
        assertThat(Output.of(() -> PriorityMailbox.main(NONE))).isEqualTo("""
                1 stop the leak
                1 put the fire out
                2 call back
                3 sweep
                """);
    }

    @Test
    void watchAndSignals() {
        assertThat(Output.of(() -> WatchAndSignals.main(NONE))).isEqualTo("""
                worker: a
                guard: bastion://watch/guard/worker failed with StringIndexOutOfBoundsException
                guard: stopped
                """);
    }

    @Test
    void timersAndStash() {
        assertThat(Output.of(() -> TimersAndStash.main(NONE))).isEqualTo("""
                connecting
                connected, 2 stashed
                request one
                request two
                idle
                """);
    }

    @Test
    void supervisionTree() {
        String output = Output.of(() -> SupervisionTree.main(NONE));
        assertThat(output.replace(", 1 queued", "")).isEqualTo("""
                shop (supervisor)
                ├─ ledger
                ├─ gateway
                └─ workers (group)
                   ├─ 1
                   └─ 2
                Failed[actor=bastion://city/shop/gateway, incarnation=0, cause=java.lang.IllegalStateException: connection lost]
                Restarting[actor=bastion://city/shop/workers, cause=null, delay=PT0.1S]
                Restarting[actor=bastion://city/shop/gateway, cause=java.lang.IllegalStateException: connection lost, delay=PT0.1S]
                Restarted[actor=bastion://city/shop/gateway, incarnation=1]
                Restarted[actor=bastion://city/shop/workers, incarnation=1]
                shop (supervisor)
                ├─ ledger
                ├─ gateway #1
                └─ workers (group) #1
                   ├─ 1
                   └─ 2
                paid: 2
                """);
    }

    @Test
    void unbreakableMain() {
        assertThat(Output.of(() -> UnbreakableMain.main(NONE))).isEqualTo("""
                run 1 imports orders.csv
                run 2 imports orders.csv
                run 3 imports orders.csv
                done
                """);
    }

    @Test
    void gracefulShutdown() {
        assertThat(Output.of(() -> GracefulShutdown.main(NONE))).isEqualTo("""
                open bastion://house/services/store
                open bastion://house/services/export
                open bastion://house/services/web
                close bastion://house/services/web
                close bastion://house/services/store
                late bastion://house/services/export
                """);
    }

    @Test
    void groups() {
        assertThat(Output.of(() -> Groups.main(NONE))).isEqualTo("""
                members: 4
                the: 3
                different words: 5
                """);
    }

    @Test
    void middleware() {
        assertThat(Output.of(() -> Middleware.main(NONE))).isEqualTo("""
                Hello, world!
                audit: "world" handled
                blank: REFUSED, refused: 1
                """);
    }

    @Test
    void restartStrategies() {
        assertThat(Output.of(() -> RestartStrategies.main(NONE))).isEqualTo("""
                ONE_FOR_ONE: a goes on, b restarted, c goes on
                ONE_FOR_ALL: a restarted, b restarted, c restarted
                REST_FOR_ONE: a goes on, b restarted, c restarted
                """);
    }

    @Test
    void lifecycleCallbacks() {
        assertThat(Output.of(() -> LifecycleCallbacks.main(NONE))).isEqualTo("""
                before start
                after start
                100 / 5 = 20
                before restart, because of java.lang.ArithmeticException: / by zero at 0
                after restart
                100 / 4 = 25
                after stop
                """);
    }

    @Test
    void scalingGroup() {
        assertThat(Output.of(() -> ScalingGroup.main(NONE))).isEqualTo("""
                1 -> 2
                2 -> 4
                4 -> 2
                2 -> 1
                handled: 100
                """);
    }

    @Test
    void tcpCompression() {
        String output = Output.of(() -> TcpCompression.main(NONE));
        assertThat(output).matches("""
                text: 298893 bytes
                on the wire: \\d+ bytes
                unharmed: true
                """);
        long onTheWire = Long.parseLong(output.replaceAll("(?s).*wire: (\\d+) .*", "$1"));
        assertThat(onTheWire).isLessThan(298_893 / 3);
    }

    @Test
    void distributedFileWriter() {
        assertThat(Output.of(() -> DistributedFileWriter.main(NONE))).isEqualTo("""
                handled: 10000
                rows in the file: 10000
                longest: Row[number=6171, steps=261]
                """);
    }

    @Test
    void logFollower() {
        assertThat(Output.of(() -> LogFollower.main(NONE))).isEqualTo("""
                incarnation 0: /report took 350 ms
                incarnation 1: /report took 800 ms
                handled: 6, failed: 1
                """);
    }

    @Test
    @Timeout(180) // three JVMs start
    void threeNodes() {
        assertThat(Output.of(() -> ThreeNodes.main(NONE))).matches("""
                nodes that worked: 3, killed: 1
                tasks: 400 of 400, asked again: [1-9]\\d*
                primes below 4000000: 283146
                that is right
                """);
    }

    @Test
    void supervisedPipeline() {
        assertThat(Output.of(() -> SupervisedPipeline.main(NONE))).isEqualTo("""
                reading: 19.5
                reading: 20.0
                reading: 20.5
                reading: 21.0
                reading: 21.5
                reading: 22.0
                subscriptions: 3, delivered: 6
                """);
    }

    @Test
    void observerPage() {
        assertThat(Output.of(() -> ObserverPage.main(new String[] {"1"}))).matches("open http://localhost:\\d+/\n");
    }
}

package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.testing.Seed;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How many members a group is to have, and what settings are refused. */
class ResizeDecisionTest {
    private static ResizeDecision.Load load(int members, long queued, long max, int busy) {
        return new ResizeDecision.Load(members, queued, max, busy);
    }

    private static int decide(Resizer resizer, ResizeDecision.Load load) {
        return ResizeDecision.members(resizer.settings(), load, false);
    }

    @Test
    void anyLoad_staysWithinTheBounds_andChangesByNoMoreThanTheRates() {
        Random random = new Random(Seed.of("ResizeDecisionTest"));
        for (int trace = 0; trace < 2_000; trace++) {
            int lower = 1 + random.nextInt(20);
            int upper = lower + random.nextInt(40);
            double up = random.nextInt(4) == 0 ? 0 : random.nextDouble() * 3;
            double down = random.nextInt(4) == 0 ? 0 : random.nextDouble();
            Resizer base = Resizer.between(lower, upper)
                    .downscaleBelow(random.nextDouble() * 0.5)
                    .upscaleRate(up)
                    .downscaleRate(down);
            Resizer resizer = switch (random.nextInt(3)) {
                case 0 -> base.upscaleAtMeanQueued(1 + random.nextInt(50));
                case 1 -> base.upscaleAtMaxQueued(1 + random.nextInt(50));
                default -> base.upscaleAtUtilisation(0.5 + random.nextDouble() / 2);
            };
            int members = random.nextInt(upper + 3);
            for (int step = 0; step < 50; step++) {
                int busy = members == 0 ? 0 : random.nextInt(members + 1);
                long max = random.nextInt(100);
                ResizeDecision.Load load =
                        load(members, members == 0 ? 0 : max + random.nextInt(members * 50), max, busy);
                boolean cooling = random.nextInt(4) == 0;
                int next = ResizeDecision.members(resizer.settings(), load, cooling);
                String what = resizer + " " + load + " -> " + next;
                assertThat(next).as(what).isBetween(lower, upper);
                if (members >= lower && members <= upper) {
                    assertThat(next - members).as(what).isLessThanOrEqualTo((int) Math.ceil(members * up));
                    assertThat(members - next)
                            .as(what)
                            .isLessThanOrEqualTo(down == 0 ? 0 : (int) Math.max(1, members * down));
                    if (cooling) {
                        assertThat(next).as(what).isEqualTo(members);
                    }
                }
                members = Math.max(0, next - (random.nextInt(10) == 0 ? random.nextInt(next + 1) : 0)); // some die
            }
        }
    }

    @Test
    void tooMuch_addsByTheRateRoundedUp() {
        Resizer mean = Resizer.between(1, 100).upscaleAtMeanQueued(3).upscaleRate(0.25);
        assertThat(decide(mean, load(10, 29, 29, 10))).isEqualTo(10);
        assertThat(decide(mean, load(10, 30, 10, 10))).isEqualTo(13);
        Resizer max = Resizer.between(1, 100).upscaleAtMaxQueued(20).upscaleRate(0.01);
        assertThat(decide(max, load(10, 190, 19, 10))).isEqualTo(10);
        assertThat(decide(max, load(10, 20, 20, 10))).isEqualTo(11);
        Resizer share = Resizer.between(1, 12).upscaleAtUtilisation(0.8).upscaleRate(1);
        assertThat(decide(share, load(10, 0, 0, 7))).isEqualTo(10);
        assertThat(decide(share, load(10, 0, 0, 8))).isEqualTo(12);
    }

    @Test
    void tooLittle_removesByTheRateRoundedDown_atLeastOne() {
        Resizer resizer = Resizer.between(2, 100).downscaleBelow(0.5).downscaleRate(0.25);
        assertThat(decide(resizer, load(10, 0, 0, 5))).isEqualTo(10);
        assertThat(decide(resizer, load(10, 0, 0, 4))).isEqualTo(8);
        assertThat(decide(resizer, load(3, 0, 0, 0))).isEqualTo(2);
        assertThat(decide(resizer, load(2, 0, 0, 0))).isEqualTo(2);
        assertThat(decide(resizer.downscaleRate(0), load(10, 0, 0, 0))).isEqualTo(10);
    }

    @Test
    void belowTheLowerBound_fillsUp_alsoDuringTheCoolDown() {
        assertThat(ResizeDecision.members(Resizer.between(4, 8).settings(), load(1, 0, 0, 0), true))
                .isEqualTo(4);
    }

    @Test
    void settingsThatMakeNoSense_areRefused() {
        Resizer ok = Resizer.between(1, 4);
        refused(() -> Resizer.between(0, 4), "lower: 0 (expected: >= 1)");
        refused(() -> Resizer.between(3, 2), "upper: 2 (expected: >= 3, the lower bound)");
        refused(() -> ok.upscaleAtMeanQueued(0), "queued: 0 (expected: >= 1)");
        refused(() -> ok.upscaleAtMaxQueued(-1), "queued: -1 (expected: >= 1)");
        refused(() -> ok.upscaleAtUtilisation(0.3), "utilisation: 0.3 (expected: > 0.3 and <= 1)");
        refused(() -> ok.upscaleAtUtilisation(Double.NaN), "utilisation: NaN (expected: > 0.3 and <= 1)");
        refused(() -> ok.downscaleBelow(1.1), "downscaleBelow: 1.1 (expected: >= 0 and <= 1)");
        refused(
                () -> ok.upscaleAtUtilisation(0.7).downscaleBelow(0.7),
                "downscaleBelow: 0.7 (expected: >= 0 and < 0.7, where members are added)");
        refused(() -> ok.upscaleRate(Double.NaN), "upscaleRate: NaN (expected: >= 0)");
        refused(() -> ok.downscaleRate(2), "downscaleRate: 2.0 (expected: 0 to 1)");
        refused(() -> ok.step(Duration.ZERO), "step: PT0S (expected: > 0)");
        refused(() -> ok.coolDown(Duration.ofMillis(-1)), "coolDown: PT-0.001S (expected: >= 0)");
        ActorSpec<Object> member = ActorSpec.of("w", () -> Behavior.receive((context, m) -> {}));
        refused(
                () -> GroupSpec.of("g", 5, member).resizer(ok),
                "redundancy: 5 (expected: 1 to 4, the bounds of the resizer)");
        refused(
                () -> GroupSpec.of("g", 4, member).resizer(ok).redundancy(5),
                "redundancy: 5 (expected: 1 to 4, the bounds of the resizer)");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}

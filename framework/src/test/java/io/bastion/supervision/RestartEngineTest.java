package io.bastion.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The state machine of a supervisor, with children that only note what they are told. */
class RestartEngineTest {
    private static final Throwable FAILURE = new IllegalStateException("boom");
    private static final Budget BUDGET = Budget.of(3, Duration.ofNanos(100));

    private final FakeChildren children = new FakeChildren("a", "b", "c");

    private RestartEngine<String> engine(Strategy strategy) {
        return new RestartEngine<>(strategy, BUDGET, Directives.none(), children);
    }

    @Test
    void oneForOne_restartsTheFailedOne() {
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ONE);
        engine.ended("b", FAILURE);
        assertThat(children.takeTold()).isEqualTo("restart b");
        assertThat(engine.state()).isInstanceOf(RestartEngine.State.Watching.class);
    }

    @Test
    void oneForAll_stopsInReverseOrder_startsInStartOrder() {
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ALL);
        engine.ended("b", FAILURE);
        assertThat(children.takeTold()).isEqualTo("suspend c");
        engine.suspended("c");
        assertThat(children.takeTold()).isEqualTo("suspend b");
        engine.suspended("b");
        assertThat(children.takeTold()).isEqualTo("suspend a");
        engine.suspended("a");
        assertThat(children.takeTold()).isEqualTo("start a");
        engine.started("a");
        assertThat(children.takeTold()).isEqualTo("start b");
        engine.started("b");
        assertThat(children.takeTold()).isEqualTo("start c");
        engine.started("c");
        assertThat(engine.state()).isInstanceOf(RestartEngine.State.Watching.class);
    }

    @Test
    void restForOne_leavesOlderOnesAlone() {
        RestartEngine<String> engine = engine(Strategy.REST_FOR_ONE);
        engine.ended("b", FAILURE);
        engine.suspended("c");
        engine.suspended("b");
        engine.started("b");
        engine.started("c");
        assertThat(children.takeTold()).isEqualTo("suspend c, suspend b, start b, start c");
    }

    @Test
    void temporarySibling_isRemovedWithItsGroup() {
        children.policy("c", Restart.temporary());
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ALL);
        engine.ended("a", FAILURE);
        assertThat(children.takeTold()).isEqualTo("remove c");
        children.alive.remove("c");
        engine.gone("c");
        engine.suspended("b");
        engine.suspended("a");
        engine.started("a");
        engine.started("b");
        assertThat(children.takeTold()).isEqualTo("suspend b, suspend a, start a, start b");
        assertThat(engine.state()).isInstanceOf(RestartEngine.State.Watching.class);
    }

    @ParameterizedTest
    @CsvSource({"TEMPORARY, true", "TEMPORARY, false", "TRANSIENT, false"})
    void whatIsNotRestarted_staysDown_andCostsNothing(Restart.Type type, boolean failed) {
        Restart policy = new Restart(type, Budget.unlimited(), Backoff.none(), Directives.none(), InFlight.DROP, false);
        children.policy("b", policy);
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ALL);
        engine.ended("b", failed ? FAILURE : null);
        assertThat(children.takeTold()).isEqualTo("down b TYPE");
        assertThat(engine.remainingBudget()).isEqualTo(3);
    }

    @Test
    void budget_isSharedBySiblings_andGivesUpWithTheFailureThatIsTooMuch() {
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ONE);
        engine.ended("a", FAILURE);
        engine.ended("b", FAILURE);
        engine.ended("c", FAILURE);
        assertThat(engine.remainingBudget()).isZero();
        engine.ended("a", new IllegalStateException("last"));
        assertThat(children.takeTold()).isEqualTo("restart a, restart b, restart c, give up a last");
        engine.ended("b", FAILURE);
        assertThat(children.takeTold()).isEmpty();
    }

    @Test
    void groupRestart_costsOne() {
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ALL);
        engine.ended("b", FAILURE);
        assertThat(engine.remainingBudget()).isEqualTo(2);
    }

    @Test
    void stamp_exactlyAWindowOld_stillCounts() {
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ONE);
        engine.ended("a", FAILURE);
        children.now = 100;
        assertThat(engine.remainingBudget()).isEqualTo(2);
        children.now = 101;
        assertThat(engine.remainingBudget()).isEqualTo(3);
    }

    @Test
    void cap_keepsOneChildDown_andTheOthersGoOn() {
        children.policy("b", Restart.transientOnFailure().tries(1));
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ONE);
        engine.ended("b", FAILURE);
        engine.ended("b", FAILURE);
        engine.ended("a", FAILURE);
        assertThat(children.takeTold()).isEqualTo("restart b, down b CAP, restart a");
    }

    @Test
    void restartByHand_costsNothing() {
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ONE);
        for (int i = 0; i < 10; i++) {
            engine.restartByHand("a");
        }
        assertThat(engine.remainingBudget()).isEqualTo(3);
    }

    @Test
    void resume_ofWhatHasNothingToGoOnWith_isARestart_ofItsPrice() {
        children.policy("a", Restart.transientOnFailure().on(IllegalStateException.class, Directive.RESUME));
        children.policy("b", Restart.temporary().on(IllegalStateException.class, Directive.RESUME));
        children.canResume = false;
        RestartEngine<String> engine = new RestartEngine<>(Strategy.ONE_FOR_ONE, BUDGET, Directives.none(), children);
        engine.ended("a", FAILURE);
        engine.ended("b", FAILURE);
        assertThat(children.takeTold()).isEqualTo("restart a, down b TYPE");
        assertThat(engine.remainingBudget()).isEqualTo(2);
    }

    @Test
    void directives_ofTheChild_goBeforeThoseOfTheSupervisor() {
        children.policy("a", Restart.transientOnFailure().on(IllegalStateException.class, Directive.RESUME));
        RestartEngine<String> engine = new RestartEngine<>(
                Strategy.ONE_FOR_ONE,
                BUDGET,
                Directives.none()
                        .with(IllegalStateException.class, Directive.STOP)
                        .with(ArithmeticException.class, Directive.ESCALATE),
                children);
        engine.ended("a", FAILURE);
        engine.ended("b", FAILURE);
        engine.ended("c", new ArithmeticException("zero"));
        assertThat(children.takeTold()).isEqualTo("resume a, down b DIRECTIVE, give up c zero");
        assertThat(engine.remainingBudget()).isEqualTo(3);
    }

    @Test
    void backoff_delaysTheChild_orTheStartOfItsGroup() {
        Restart patient = Restart.transientOnFailure().backoff(Backoff.constant(Duration.ofNanos(7)));
        children.policy("b", patient);
        engine(Strategy.ONE_FOR_ONE).ended("b", FAILURE);
        assertThat(children.takeTold()).isEqualTo("restart b in 7");

        RestartEngine<String> engine = engine(Strategy.REST_FOR_ONE);
        engine.ended("b", FAILURE);
        engine.suspended("c");
        engine.suspended("b");
        assertThat(children.takeTold()).isEqualTo("suspend c, suspend b, delay 7");
        engine.delayOver();
        assertThat(children.takeTold()).isEqualTo("start b");
    }

    @Test
    void anotherFailureWhileDelaying_addsItsGroup() {
        children.policy("b", Restart.transientOnFailure().backoff(Backoff.constant(Duration.ofNanos(7))));
        RestartEngine<String> engine = engine(Strategy.REST_FOR_ONE);
        engine.ended("b", FAILURE);
        engine.suspended("c");
        engine.suspended("b");
        children.takeTold();
        engine.ended("a", FAILURE);
        assertThat(children.takeTold()).isEqualTo("cancel delay, suspend a");
        engine.suspended("a");
        engine.started("a");
        engine.started("b");
        engine.started("c");
        assertThat(children.takeTold()).isEqualTo("start a, start b, start c");
        assertThat(engine.remainingBudget()).isEqualTo(1);
    }

    @Test
    void failingStart_costsOneMore_andSuspendsThoseThatAreUpAlready() {
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ALL);
        engine.ended("a", FAILURE);
        engine.suspended("c");
        engine.suspended("b");
        engine.suspended("a");
        engine.started("a");
        children.takeTold();
        engine.ended("b", FAILURE); // its start has failed
        assertThat(engine.remainingBudget()).isEqualTo(1);
        assertThat(children.takeTold()).isEqualTo("suspend b");
        engine.suspended("b");
        engine.suspended("a");
        assertThat(children.takeTold()).isEqualTo("suspend a, start a");
    }

    @Test
    void failureOfASiblingThatIsBeingStarted_isUndoneFirst() {
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ALL);
        engine.ended("a", FAILURE);
        engine.suspended("c");
        engine.suspended("b");
        engine.suspended("a");
        engine.started("a"); // and now b is being started
        children.takeTold();
        engine.ended("a", FAILURE);
        assertThat(children.takeTold()).isEqualTo("suspend b");
        engine.started("b"); // it was on its way
        assertThat(children.takeTold()).isEqualTo("suspend b");
        engine.suspended("b");
        assertThat(children.takeTold()).isEqualTo("suspend a");
    }

    @Test
    void failureOfASiblingThatIsAboutToBeSuspended_costsNothing() {
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ALL);
        engine.ended("c", FAILURE);
        engine.ended("a", FAILURE);
        assertThat(engine.remainingBudget()).isEqualTo(2);
        assertThat(children.takeTold()).isEqualTo("suspend c");
    }

    @Test
    void failureOfAYoungerSibling_whileAGroupIsBeingSuspended_forgetsNoMember() {
        RestartEngine<String> engine = engine(Strategy.REST_FOR_ONE);
        engine.ended("b", FAILURE);
        children.alive.add("d"); // was added to the running supervisor
        engine.ended("d", FAILURE);
        engine.suspended("d");
        engine.suspended("c");
        engine.suspended("b");
        assertThat(children.takeTold()).isEqualTo("suspend c, suspend d, suspend c, suspend b, start b");
    }

    @Test
    void memberThatEndsForGood_isPassedOver() {
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ALL);
        engine.ended("a", FAILURE);
        children.alive.remove("c");
        engine.gone("c");
        engine.suspended("b");
        engine.suspended("a");
        children.alive.remove("a");
        engine.gone("a");
        engine.started("b");
        assertThat(children.takeTold()).isEqualTo("suspend c, suspend b, suspend a, start a, start b");
        assertThat(engine.state()).isInstanceOf(RestartEngine.State.Watching.class);
    }

    @Test
    void permanentChildrenThatKeepCompleting_spendTheBudget() {
        children.policy("a", Restart.permanent());
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ONE);
        for (int i = 0; i < 4; i++) {
            engine.ended("a", null);
        }
        assertThat(children.takeTold())
                .startsWith("restart a, restart a, restart a, give up a restarts: spent on children that completed");
    }

    @Test
    void restartAtOnce_isGrantedAfterTheFirstDecision_andPaidFor() {
        RestartEngine<String> engine = engine(Strategy.ONE_FOR_ONE);
        Restart policy = Restart.transientOnFailure();
        assertThat(engine.grantsRestart(policy, FAILURE)).isFalse();
        engine.ended("a", FAILURE);
        assertThat(engine.grantsRestart(policy, FAILURE)).isTrue();
        assertThat(engine.remainingBudget()).isEqualTo(1);
        assertThat(engine.grantsRestart(policy, FAILURE)).isTrue();
        assertThat(engine.grantsRestart(policy, FAILURE)).isFalse();
        assertThat(children.takeTold()).isEqualTo("restart a");
        engine.ended("b", FAILURE);
        assertThat(children.takeTold()).isEqualTo("give up b boom");
        children.now = 1_000;
        assertThat(engine.grantsRestart(policy, FAILURE)).isFalse();
    }

    @Test
    void restartAtOnce_isNotGranted_whereMoreIsToBeDecided() {
        Directives directives = Directives.none().with(Error.class, Directive.ESCALATE);
        RestartEngine<String> engine =
                new RestartEngine<>(Strategy.ONE_FOR_ONE, Budget.unlimited(), directives, children);
        engine.ended("a", FAILURE);
        Restart policy = Restart.permanent().on(ArithmeticException.class, Directive.RESUME);
        assertThat(engine.grantsRestart(policy, FAILURE)).isTrue();
        assertThat(engine.grantsRestart(policy, new ArithmeticException())).isFalse();
        assertThat(engine.grantsRestart(policy, new AssertionError())).isFalse();
        assertThat(engine.grantsRestart(policy.on(AssertionError.class, Directive.RESTART), new AssertionError()))
                .isTrue();
        assertThat(engine.grantsRestart(policy.tries(100), FAILURE)).isFalse();
        assertThat(engine.grantsRestart(policy.backoff(Backoff.constant(Duration.ofNanos(1))), FAILURE))
                .isFalse();
        assertThat(engine.grantsRestart(Restart.temporary(), FAILURE)).isFalse();
        engine.end();
        assertThat(engine.grantsRestart(policy, FAILURE)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"ONE_FOR_ALL", "REST_FOR_ONE"})
    void restartAtOnce_isNotGranted_whereSiblingsAreConcerned(Strategy strategy) {
        RestartEngine<String> engine = engine(strategy);
        engine.ended("a", FAILURE);
        assertThat(engine.grantsRestart(Restart.transientOnFailure(), FAILURE)).isFalse();
        assertThat(engine.remainingBudget()).isEqualTo(2);
    }
}

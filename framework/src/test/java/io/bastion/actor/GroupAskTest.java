package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** Asking one member of a group, another one, or all. */
class GroupAskTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final ActorGate gate = new ActorGate();
    private final Recorder<String> taken = new Recorder<>();

    record Question(String text, ActorRef<String> reply) {}

    private Distributor<Question> start(int members, Mailbox mailbox) {
        ActorSpec<Question> spec = ActorSpec.of(
                "w",
                () -> Behavior.receive((context, q) -> {
                    String name = context.self()
                            .path()
                            .substring(context.self().path().length() - 1);
                    taken.add(name + ":" + q.text);
                    switch (q.text) {
                        case "wait" -> gate.pass();
                        case "fail" -> throw new IllegalStateException("wanted");
                        case "1 fails" -> {
                            if (name.equals("1")) {
                                throw new IllegalStateException("wanted");
                            }
                        }
                        case "silence" -> {
                            return;
                        }
                        default -> {}
                    }
                    q.reply.tell(name + " says " + q.text);
                }));
        test.system
                .supervise(
                        GroupSpec.of("workers", members, spec.mailbox(mailbox).restart(Restart.temporary())))
                .whenStarted()
                .block(Conditions.BOUND);
        return test.system.distributor("workers", Question.class);
    }

    private static Mono<String> ask(Distributor<Question> workers, String text) {
        return workers.<String>askOne(reply -> new Question(text, reply), SECOND);
    }

    private static Mono<String> request(Distributor<Question> workers, String text) {
        return workers.<String>request(reply -> new Question(text, reply), SECOND);
    }

    @Test
    void askOne_eachSubscription_asksTheNextMember() {
        Distributor<Question> workers = start(2, Mailbox.defaults());
        Mono<String> ask = ask(workers, "a");
        assertThat(List.of(String.valueOf(ask.block(Conditions.BOUND)), String.valueOf(ask.block(Conditions.BOUND))))
                .containsExactly("1 says a", "2 says a");
    }

    @Test
    void askOne_theDispatcherSeesTheRequest() {
        ActorSpec<Question> spec = ActorSpec.of(
                "w",
                () -> Behavior.receive(
                        (context, q) -> q.reply.tell(context.self().path())));
        test.system
                .supervise(GroupSpec.of("workers", 5, spec)
                        .dispatcher((question, members) -> Integer.parseInt(question.text)))
                .whenStarted()
                .block(Conditions.BOUND);
        Distributor<Question> workers = test.system.distributor("workers", Question.class);
        assertThat(IntStream.range(0, 5)
                        .mapToObj(i -> ask(workers, "" + i).block(Conditions.BOUND))
                        .toList())
                .containsExactlyElementsOf(workers.members().stream()
                        .<@org.jspecify.annotations.Nullable String>map(ActorRef::path)
                        .toList());
    }

    @Test
    void askOne_failsAsTheAskOfTheMemberDoes() {
        Distributor<Question> workers = start(1, Mailbox.bounded(1).overflow(Overflow.BACKPRESSURE));
        ask(workers, "wait").subscribe(r -> {});
        gate.awaitEntered();
        Mono<String> queued = ask(workers, "b").cache();
        queued.subscribe();
        assertThatThrownBy(() -> ask(workers, "c").block()).isInstanceOf(AskRefusedException.class);
        assertThatThrownBy(() -> request(workers, "d").block())
                .as("there is no other member")
                .isInstanceOf(AskRefusedException.class);
        gate.open();
        assertThat(queued.block(Conditions.BOUND)).isEqualTo("1 says b");
        assertThatThrownBy(() -> ask(workers, "fail").block(Conditions.BOUND)).isInstanceOf(AskFailedException.class);
    }

    @Test
    void askOne_withoutReply_timesOutAndNamesTheMember() {
        Distributor<Question> workers = start(1, Mailbox.defaults());
        Recorder<Throwable> failures = new Recorder<>();
        ask(workers, "silence").subscribe(r -> {}, failures::add);
        taken.await(1);
        test.advance(SECOND);
        assertThat(failures.await(1).get(0))
                .isInstanceOf(AskTimeoutException.class)
                .hasMessageContaining("bastion://test/workers/1")
                .hasMessageContaining("GroupAskTest");
    }

    @Test
    void request_whenTheMemberIsFull_asksTheNext() {
        Distributor<Question> workers = start(2, Mailbox.bounded(1).overflow(Overflow.BACKPRESSURE));
        workers.members().get(0).tell(new Question("wait", replyTo("x")));
        gate.awaitEntered();
        workers.members().get(0).tell(new Question("queued", replyTo("x")));
        assertThat(request(workers, "a").block(Conditions.BOUND)).isEqualTo("2 says a");
        gate.open();
    }

    @Test
    void request_whenTheMemberEndsBeforeItTookTheQuestion_asksTheNext() {
        Distributor<Question> workers = start(2, Mailbox.defaults());
        ActorRef<Question> first = workers.members().get(0);
        first.tell(new Question("wait", replyTo("x")));
        gate.awaitEntered();
        Mono<String> answer = request(workers, "a").cache();
        answer.subscribe();
        Recorder<Throwable> failures = new Recorder<>();
        first.<String>ask(reply -> new Question("b", reply), SECOND).subscribe(r -> {}, failures::add);
        first.kill();
        gate.open();
        assertThat(answer.block(Conditions.BOUND)).isEqualTo("2 says a");
        assertThat(failures.await(1).get(0)).isInstanceOf(ActorTerminatedException.class);
    }

    @Test
    void request_thatAMemberHasTakenUp_isNotAskedAgain() {
        Distributor<Question> workers = start(2, Mailbox.defaults());
        assertThatThrownBy(() -> request(workers, "1 fails").block(Conditions.BOUND))
                .isInstanceOf(AskFailedException.class);
        Mono<String> waiting = request(workers, "silence").cache();
        Recorder<Throwable> failures = new Recorder<>();
        waiting.subscribe(r -> {}, failures::add);
        taken.await(2);
        workers.members().forEach(ActorRef::kill);
        assertThat(failures.await(1).get(0)).isInstanceOf(ActorTerminatedException.class);
        assertThat(taken.all()).containsExactly("1:1 fails", "2:silence");
    }

    @Test
    void askEveryone_givesAllReplies() {
        Distributor<Question> workers = start(3, Mailbox.defaults());
        assertThat(workers.<String>askEveryone(reply -> new Question("a", reply), SECOND)
                        .collectList()
                        .block(Conditions.BOUND))
                .containsExactlyInAnyOrder("1 says a", "2 says a", "3 says a");
    }

    @Test
    void askEveryone_whenOneFails_givesTheRepliesOfTheOthersFirst() {
        Distributor<Question> workers = start(3, Mailbox.defaults());
        Recorder<Object> seen = new Recorder<>();
        workers.<String>askEveryone(reply -> new Question("1 fails", reply), SECOND)
                .subscribe(seen::add, seen::add);
        List<Object> all = seen.await(3);
        assertThat(all.subList(0, 2)).containsExactlyInAnyOrder("2 says 1 fails", "3 says 1 fails");
        assertThat(all.get(2)).isInstanceOf(AskFailedException.class);
    }

    @Test
    void askEveryone_whenAllAreSilent_timesOutForEach() {
        Distributor<Question> workers = start(2, Mailbox.defaults());
        Recorder<Throwable> failures = new Recorder<>();
        workers.<String>askEveryone(reply -> new Question("silence", reply), SECOND)
                .subscribe(r -> {}, failures::add);
        taken.await(2);
        test.advance(SECOND);
        assertThat(Exceptions.unwrapMultiple(failures.await(1).get(0)))
                .hasSize(2)
                .allMatch(AskTimeoutException.class::isInstance);
    }

    private ActorRef<String> replyTo(String name) {
        return test.spawn(ActorSpec.<String>anonymous(() -> Behavior.receive((context, m) -> {})));
    }
}

package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** The distributor to the groups of one system; looks the group up for each message. */
final class GroupDistributor<M> implements Distributor<M> {
    /** Far enough for a time-out, and near enough for the difference of two times. */
    private static final long FAR_NANOS = Long.MAX_VALUE / 4;

    private final ActorSystem system;
    private final String name;
    private final Class<M> type;
    private final NoGroup noGroup;

    GroupDistributor(ActorSystem system, String name, Class<M> type) {
        this.system = system;
        this.name = ActorSpec.checkName(name);
        this.type = Objects.requireNonNull(type, "type: null (expected: the class of the group's messages)");
        noGroup = new NoGroup(system, name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<ActorRef<M>> members() {
        return cells().stream().<ActorRef<M>>map(cell -> cell).toList();
    }

    @SuppressWarnings("unchecked") // what a group takes, its user says with the class
    private List<ActorCell<M>> cells() {
        LivingGroup group = system.groups().of(name);
        return group == null ? List.of() : (List<ActorCell<M>>) (List<?>) group.members();
    }

    private M checked(M message) {
        return type.cast(Objects.requireNonNull(message, "message: null (expected: a message)"));
    }

    @SuppressWarnings("unchecked")
    private ActorCell<M> choose(M message) {
        LivingGroup group = system.groups().of(name);
        if (group == null) {
            throw UndispatchedException.noGroup(name);
        }
        return (ActorCell<M>) group.choose(message);
    }

    @Override
    public TellResult tellOne(M message) {
        return tellOne(message, Context.empty());
    }

    @Override
    public TellResult tellOne(M message, ContextView context) {
        MessageNode node = new RoutedNode(checked(message), context);
        TellResult result;
        do { // a member that has closed its mailbox has left before: each turn sees fewer
            ActorCell<M> member;
            try {
                member = choose(message);
            } catch (UndispatchedException e) {
                return undelivered(message, e);
            }
            result = member.tellIfOpen(node);
        } while (result == null);
        return result;
    }

    @Override
    public Mono<Boolean> sendOne(M message) {
        checked(message);
        return sendAny(message);
    }

    /** A member that has ended has left before: each turn sees fewer. */
    private Mono<Boolean> sendAny(M message) {
        return Mono.defer(() -> {
            ActorCell<M> member;
            try {
                member = choose(message);
            } catch (UndispatchedException e) {
                undelivered(message, e);
                return Mono.just(false);
            }
            return member.sendIfOpen(message).switchIfEmpty(sendAny(message));
        });
    }

    private TellResult undelivered(M message, UndispatchedException e) {
        LivingGroup group = system.groups().of(name);
        boolean noMember = e.getCause() == null;
        system.undelivered(
                message,
                group == null ? noGroup : group.cell(),
                noMember ? DeadLetter.Reason.TERMINATED : DeadLetter.Reason.UNDISPATCHED);
        return noMember ? TellResult.TERMINATED : TellResult.DROPPED;
    }

    @Override
    public Map<ActorRef<M>, TellResult> tellEveryone(M message) {
        checked(message);
        Map<ActorRef<M>, TellResult> results = new LinkedHashMap<>();
        for (ActorCell<M> member : cells()) {
            TellResult result = member.tellIfOpen(new MessageNode(message));
            if (result != null) { // else it is no member any more
                results.put(member, result);
            }
        }
        if (results.isEmpty()) {
            undelivered(message, UndispatchedException.noMember(name));
        }
        return Collections.unmodifiableMap(results);
    }

    @Override
    public <R> Mono<R> askOne(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        Asking<R> asking = new Asking<>(request, timeout);
        return Mono.defer(() -> asking.anyMember(deadline(timeout)));
    }

    @Override
    public <R> Mono<R> request(Function<? super ActorRef<R>, ? extends M> question, Duration timeout) {
        Asking<R> asking = new Asking<>(question, timeout);
        return Mono.defer(() -> {
            long deadline = deadline(timeout);
            return asking.anyMember(deadline)
                    .onErrorResume(AskRefusedException.class, e -> asking.next(e.actor(), e, deadline))
                    .onErrorResume(waited(), e -> asking.next(((ActorTerminatedException) e).actor(), e, deadline));
        });
    }

    @Override
    public <R> Flux<R> askEveryone(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        Asking<R> asking = new Asking<>(request, timeout);
        return Flux.defer(() -> {
            List<Mono<R>> asks =
                    cells().stream().map(member -> asking.one(member, timeout)).toList();
            return asks.isEmpty()
                    ? Flux.error(undispatched())
                    : Flux.mergeDelayError(Queues.XS_BUFFER_SIZE, asks.<Mono<R>>toArray(Mono[]::new));
        });
    }

    private UndispatchedException undispatched() {
        return system.groups().of(name) == null
                ? UndispatchedException.noGroup(name)
                : UndispatchedException.noMember(name);
    }

    private long deadline(Duration timeout) {
        return system.timer().nanoTime() + Math.min(AskMono.nanos(timeout), FAR_NANOS);
    }

    /** Of a request that did not get in, or was given back by a member that was removed. */
    private static Predicate<Throwable> cameTooLate() {
        return e -> e instanceof ActorTerminatedException ended
                && ended.progress() == ActorTerminatedException.Progress.NOT_ACCEPTED;
    }

    /** Of a request that was in the mailbox when the member ended. */
    private static Predicate<Throwable> waited() {
        return e -> e instanceof ActorTerminatedException ended
                && ended.progress() == ActorTerminatedException.Progress.QUEUED;
    }

    /** What is asked. */
    private final class Asking<R> {
        private final Function<? super ActorRef<R>, ? extends M> request;

        Asking(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
            this.request =
                    Objects.requireNonNull(request, "request: null (expected: a function that makes the request)");
            AskMono.nanos(timeout);
            CallSites.of(request.getClass());
        }

        private Mono<R> one(ActorCell<M> member, Duration timeout) {
            return new AskMono<>(member, reply -> checked(request.apply(reply)), timeout, request.getClass());
        }

        /** The member that the dispatcher chooses; another one if it has no more to do with the group. */
        Mono<R> anyMember(long deadline) {
            GroupReply<R> reply = new GroupReply<>(noGroup);
            M message = checked(request.apply(reply));
            ActorCell<M> member = choose(message);
            return new AskMono<M, R>(
                            member,
                            ask -> {
                                reply.become(ask);
                                return message;
                            },
                            left(deadline),
                            request.getClass())
                    .onErrorResume(cameTooLate(), e -> Mono.defer(() -> anyMember(deadline)));
        }

        /** The member after one that did not take the question up. */
        Mono<R> next(ActorRef<?> failed, Throwable failure, long deadline) {
            List<ActorCell<M>> members = cells();
            int at = members.indexOf(failed);
            @Nullable ActorCell<M> next = members.isEmpty() ? null : members.get((at + 1) % members.size());
            return next == null || next == failed ? Mono.error(failure) : one(next, left(deadline));
        }

        private Duration left(long deadline) {
            return Duration.ofNanos(Math.max(1, deadline - system.timer().nanoTime()));
        }
    }
}

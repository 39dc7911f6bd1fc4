package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import io.bastion.mailbox.MessageStore;
import io.bastion.scheduler.Activity;
import io.bastion.scheduler.BlockingHome;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.Timer;
import io.bastion.scheduler.WorkFrame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/**
 * An actor: reference, context, mailbox and activation in one object, so that an idle one costs about a hundred bytes.
 *
 * <p>The object has four parts, a class each, since they share the state that the {@link io.bastion.scheduler.Strand
 * strand's} baton protects and splitting the object would cost memory and indirection for every actor: its place in the
 * tree ({@link TreeCell}), its work ({@link WorkingCell}), its life ({@link LivingCell}), and here what others see of it, reference and context. What can
 * live elsewhere does: see {@link CellExtension}, {@link SystemMessage} and the handlers.
 */
sealed class ActorCell<M> extends LivingCell<M> implements ActorRef<M>, ActorContext<M>, RemoteActorRef.Watcher
        permits InterceptedCell {
    ActorCell(
            ActorSystem system,
            @Nullable ActorCell<?> parent,
            @Nullable String name,
            ActorSpec.Template<M> template,
            Home home) {
        super(system, parent, name, template, home);
    }

    @Override
    ActorCell<M> cell() {
        return this;
    }

    // ------------------------------------------------------------------------------------------------ birth

    /**
     * Creates a cell and makes its first behavior, on the calling thread. The cell is not yet the child of its parent, and
     * runs nothing before {@link #launch()}.
     */
    static <M> ActorCell<M> create(ActorSystem system, @Nullable ActorCell<?> parent, ActorSpec<M> spec) {
        Objects.requireNonNull(spec, "spec: null (expected: an ActorSpec)");
        String name = spec.name();
        ActorSpec.Template<M> template = parent == null
                ? spec.template()
                : parent.template.interception().inherit(spec.template());
        Home home = system.homeFor(template.placement());
        ActorCell<M> cell = template.interception().ofTells().isEmpty()
                ? new ActorCell<>(system, parent, name, template, home)
                : InterceptedCell.of(system, parent, name, template, home);
        if (name != null && parent != null && !parent.extension().names().add(name, cell)) {
            throw new IllegalArgumentException(
                    "name: \"" + name + "\" (expected: no other child of " + parent.path() + " with that name)");
        }
        if (template.startsInSteps()) {
            cell.phase = Phase.STARTING;
            cell.attention |= BLOCKED;
            return cell;
        }
        boolean made = false;
        try {
            Behavior<M> behavior = template.factory().apply(cell);
            made = true;
            cell.handler = cell.adapt(behavior);
            if (cell.handler instanceof FlowHandler) {
                cell.wake(); // before the first message, which is not the flow's if that cannot be built
            }
        } catch (Throwable t) {
            cell.releaseName();
            cell.abandonUnborn();
            if (made && t instanceof IllegalArgumentException refusal) {
                throw refusal;
            }
            throw new ActorStartException(cell.path(), t);
        }
        return cell;
    }

    @Override
    public <T> ActorRef<T> spawn(ActorSpec<T> spec) {
        checkWorker();
        checkSpawns();
        return spawnChild(spec);
    }

    @Override
    public SupervisorRef supervise(SupervisorSpec spec) {
        checkWorker();
        checkSpawns();
        return new SupervisorHandle(spawnChild(spec.asActor()));
    }

    @Override
    public SupervisorRef supervise(GroupSpec<?> spec) {
        checkWorker();
        checkSpawns();
        return new SupervisorHandle(spawnChild(spec.asActor()));
    }

    /** Whether it may have more children. */
    void checkSpawns() {
        if (phase != Phase.RUNNING && phase != Phase.STARTING) {
            throw new IllegalStateException("spawn: " + path() + " is ending (expected: a running actor)");
        }
    }

    /** The parent's worker will launch a cell that was created elsewhere. */
    void leaveToParent() {
        handOver();
    }

    /** Lets a new cell run. */
    void launch() {
        if (phase == Phase.STARTING) {
            tellSystem(new SystemMessage.Begin());
        }
        open();
    }

    /** Ends a cell that was never launched. */
    void abandonUnborn() {
        system.outsiderBegins();
        whenTerminated().subscribe(reason -> system.outsiderEnded());
        beginStop(TerminationReason.KILLED);
        wake();
        open();
    }

    // ------------------------------------------------------------------------------------------------ messages in

    @Override
    public TellResult tell(M message) {
        Objects.requireNonNull(message, "message: null (expected: a message)");
        return told(new MessageNode(message));
    }

    @Override
    public TellResult tell(M message, ContextView context) {
        Objects.requireNonNull(message, "message: null (expected: a message)");
        Objects.requireNonNull(context, "context: null (expected: a ContextView)");
        return told(new ContextNode(message, context));
    }

    private TellResult told(MessageNode node) {
        Offer offer = offer(node);
        return offer == Offer.ACCEPTED ? TellResult.ACCEPTED : rejected(List.of(node), offer, sender());
    }

    /** Puts a message in that has no sender. */
    @SuppressWarnings("unchecked") // a broadcast: the actor fails if it cannot take it
    TellResult tellFromOutside(Object message, ContextView context) {
        MessageNode node = Contexts.node(message, context);
        Offer offer = offer(node);
        return offer == Offer.ACCEPTED ? TellResult.ACCEPTED : rejected(List.of(node), offer, null);
    }

    /** Puts a message in; null if the actor has terminated, and then nothing has become of it. */
    @Nullable TellResult tellIfOpen(MessageNode node) {
        Offer offer = offer(node);
        return switch (offer) {
            case ACCEPTED -> TellResult.ACCEPTED;
            case FULL -> rejected(List.of(node), offer, sender());
            case CLOSED -> null;
        };
    }

    @Override
    public TellResult tellAll(List<? extends M> messages) {
        for (M message : messages) {
            Objects.requireNonNull(message, "message: null (expected: a message)");
        }
        if (messages.isEmpty()) {
            return isClosed() ? TellResult.TERMINATED : TellResult.ACCEPTED;
        }
        Offer offer = offerAll(messages, MessageNode::new);
        return offer == Offer.ACCEPTED
                ? TellResult.ACCEPTED
                : rejected(messages.stream().map(MessageNode::new).toList(), offer, sender());
    }

    /** Puts messages in that follow each other: all or none. */
    final TellResult tellNodes(List<MessageNode> nodes) {
        Offer offer = offerAll(nodes, node -> node);
        return offer == Offer.ACCEPTED ? TellResult.ACCEPTED : rejected(nodes, offer, sender());
    }

    private TellResult rejected(List<MessageNode> nodes, Offer offer, @Nullable ActorRef<?> sender) {
        if (offer == Offer.CLOSED) {
            nodes.forEach(this::refusedAfterEnd);
            return TellResult.TERMINATED;
        }
        nodes.forEach(node -> refused());
        return switch (template.mailbox().overflow()) {
            case BACKPRESSURE, DROP_OLDEST -> TellResult.REFUSED;
            case DROP_NEWEST -> {
                nodes.forEach(node -> deadLetter(node.message(), sender, DeadLetter.Reason.MAILBOX_FULL));
                yield TellResult.DROPPED;
            }
            case FAIL -> {
                nodes.forEach(node -> deadLetter(node.message(), sender, DeadLetter.Reason.MAILBOX_FULL));
                if (extension().beginOverflow()) {
                    tellSystem(new SystemMessage.Overflowed());
                }
                yield TellResult.DROPPED;
            }
        };
    }

    final void refused() {
        extension().countRefused();
        system.countRefused();
    }

    /** A message waited for room when the actor ended. */
    void refusedWaiting(MessageNode node) {
        refused();
        if (!(node instanceof AskNode)) { // whose asker is told
            deadLetter(node.message(), sender(), DeadLetter.Reason.STOPPED);
        }
    }

    /** A message came to the closed queue. */
    void refusedAfterEnd(MessageNode node) {
        refused();
        deadLetter(node.message(), sender(), DeadLetter.Reason.TERMINATED);
    }

    /** Offers the request of an ask; returns why it did not get in and will not, which the asker is told. */
    @Nullable RuntimeException request(Object message, ContextView context, PendingAsk<?, ?> ask) {
        AskNode node = new AskNode(message, context, ask);
        boolean waits = ask.waitsForRoom();
        Offer offer = waits && mustWait() ? Offer.FULL : offer(node);
        if (offer == Offer.ACCEPTED) {
            return null;
        }
        if (offer == Offer.FULL && waits) {
            ask.awaitRoom(node);
            return null;
        }
        refused();
        return offer == Offer.CLOSED
                ? new ActorTerminatedException(this, ActorTerminatedException.Progress.NOT_ACCEPTED)
                : new AskRefusedException(this);
    }

    @Override
    protected void evicted(MessageNode node) {
        extension().countEvicted();
        system.countEvicted();
        if (node instanceof AskNode ask) {
            ask.ask().fail(new AskRefusedException(this));
        }
        if (node instanceof Feed<?>.FeedNode) { // these only: the credit of their feed bounds them
            tellSystem(new ActorTask(node::done));
        }
        deadLetter(node.message(), Contexts.sender(node), DeadLetter.Reason.EVICTED);
    }

    @Override
    protected void orphaned(MessageNode node) {
        if (Membership.handedOn(this, node)) {
            return;
        }
        if (node instanceof AskNode ask) {
            ask.ask().fail(new ActorTerminatedException(this, ActorTerminatedException.Progress.QUEUED));
        }
        system.countOrphaned();
        deadLetter(node.message(), Contexts.sender(node), DeadLetter.Reason.STOPPED);
    }

    Offer offerNow(MessageNode node) {
        return offer(node);
    }

    /** Puts an element of a feed into the mailbox past its bound; returns whether the actor lives. */
    boolean fed(Object element, ContextView context, Feed<?> feed) {
        return fed(feed.node(element, context));
    }

    final boolean fed(Feed<?>.FeedNode node) {
        if (force(node)) {
            return true;
        }
        refusedAfterEnd(node);
        return false;
    }

    /** Whether a source may be pulled: its elements then come in their order and meet no interceptor of tells. */
    boolean isPulling() {
        return !MessageStore.isNeeded(template.mailbox());
    }

    /** Begins to take elements of a source; returns whether the actor lives. */
    boolean pull(Feed<?>.Pull source) {
        return push(source);
    }

    /** Puts a message into the mailbox past its bound; returns whether the actor lives. */
    boolean forceMessage(MessageNode node) {
        return force(node);
    }

    @Override
    protected MessageStore store() {
        return Objects.requireNonNull(extension().store);
    }

    void addWaiter(SendMono.Waiter waiter) {
        if (phase == Phase.DEAD) {
            waiter.undeliverable(this);
            return;
        }
        extension().waiters().add(waiter);
        attention |= WAITERS;
        admitWaiters();
    }

    void removeWaiter(SendMono.Waiter waiter) {
        if (extension().waiters().remove(waiter)) {
            extension().countWaiting(-1);
        }
    }

    /** Whether a sender that can wait must do so, because others wait before it; any thread. */
    boolean mustWait() {
        CellExtension<M> x = extension;
        return x != null && x.isAwaited();
    }

    /** The actor on whose worker this is. */
    static @Nullable ActorRef<?> sender() {
        WorkFrame frame = WorkFrame.current();
        Activity activity = frame == null ? null : frame.activity();
        return activity instanceof ActorCell<?> cell ? cell : null;
    }

    void lateReply(Object message, ActorRef<?> recipient) {
        system.publish(new DeadLetter(message, recipient, sender(), DeadLetter.Reason.LATE_REPLY));
    }

    @Override
    public Mono<Boolean> send(M message) {
        Objects.requireNonNull(message, "message: null (expected: a message)");
        return SendMono.of(this, message);
    }

    /** Sends a message for any member of a group; gives nothing if the actor ends first, and then nothing has become of it. */
    Mono<Boolean> sendIfOpen(M message) {
        return SendMono.routed(this, message);
    }

    @Override
    public Mono<Void> feed(Publisher<? extends M> source) {
        Objects.requireNonNull(source, "source: null (expected: a Publisher)");
        return Feed.of(this, source, capacity());
    }

    @Override
    public <R> Mono<R> ask(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        Objects.requireNonNull(request, "request: null (expected: a function that makes the request)");
        return new AskMono<>(this, request, timeout, request.getClass());
    }

    @Override
    public <R> Mono<R> askWhenRoom(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        Objects.requireNonNull(request, "request: null (expected: a function that makes the request)");
        return new AskMono<>(this, request, timeout, request.getClass(), true);
    }

    @Override
    public void stop() {
        if (isRunByCurrentThread() && phase == Phase.RUNNING && currentNodeOrNull() != null) {
            attention |= END;
        } else {
            tellSystem(new SystemMessage.StopRequest());
        }
    }

    @Override
    public void drain() {
        if (push(new DrainNode())) {
            unpark();
        }
    }

    @Override
    public void kill() {
        if (home() instanceof BlockingHome blocking) {
            extension().killed = true;
            tellSystem(new SystemMessage.Stop(TerminationReason.KILLED));
            blocking.interrupt();
        } else {
            tellSystem(new SystemMessage.Stop(TerminationReason.KILLED));
        }
    }

    @Override
    public Mono<TerminationReason> whenTerminated() {
        return LateSignals.mono(this, sink -> {
            tellSystem(new SystemMessage.AwaitEnd(sink));
            sink.onCancel(() -> tellSystem(new SystemMessage.EndNotAwaited(sink)));
        });
    }

    // ------------------------------------------------------------------------------------------------ context

    void checkWorker() {
        if (!isRunByCurrentThread()) {
            throw new IllegalStateException(
                    "context: used on " + Thread.currentThread().getName() + " (expected: within " + path() + ")");
        }
    }

    /** Whether it is over, but for the messages that it still finds; for its worker. */
    boolean isDead() {
        return phase == Phase.DEAD;
    }

    boolean isMyWorker() {
        return isRunByCurrentThread();
    }

    @Override
    public boolean isCurrent() {
        return isRunByCurrentThread();
    }

    @Override
    public ActorRef<M> self() {
        return this;
    }

    @Override
    public ActorSystem system() {
        return system;
    }

    @Override
    public int incarnation() {
        checkWorker();
        return incarnationNumber();
    }

    @Override
    public ContextView contextView() {
        checkWorker();
        return phase == Phase.PARTING ? extension().failedContext : Contexts.of(currentNodeOrNull());
    }

    @Override
    public Scheduler scheduler() {
        return extension().scheduler();
    }

    @Override
    public List<ActorRef<?>> children() {
        checkWorker();
        List<ActorRef<?>> children = new ArrayList<>();
        for (ActorCell<?> child = firstChild; child != null; child = child.nextSibling) {
            children.add(child);
        }
        Collections.reverse(children);
        return children;
    }

    @Override
    public @Nullable ActorRef<?> child(String name) {
        checkWorker();
        return extension().names().get(name);
    }

    @Override
    public void become(Behavior<M> behavior) {
        checkWorker();
        Objects.requireNonNull(behavior, "behavior: null (expected: a Behavior)");
        if (handler instanceof FlowHandler || behavior instanceof Behavior.Flow) {
            throw new IllegalArgumentException(
                    "become: a flow (expected: handlers; a flow lasts as long as its incarnation)");
        }
        handler = adapt(behavior);
        if (!hasRoom()) {
            attention |= BLOCKED;
        } else {
            unblock();
        }
    }

    @Override
    public <T> TellResult forward(ActorRef<T> target, T message) {
        ContextView context = contextView();
        if (target instanceof ActorCell<T> cell
                && currentNodeOrNull() instanceof ContextNode node
                && node.request() != null
                && node.message() == message) {
            node.request().isNowIn(cell);
            return cell.forwarded(message, context, node.request());
        }
        return context.isEmpty() ? target.tell(message) : target.tell(message, context);
    }

    /** Puts a request in that another actor hands on. */
    TellResult forwarded(Object message, ContextView context, PendingAsk<?, ?> ask) {
        return told(new ForwardedNode(message, context, ask));
    }

    @Override
    public void watch(ActorRef<?> actor) {
        startWatch(actor, null);
    }

    @Override
    public void watchWith(ActorRef<?> actor, M message) {
        startWatch(actor, Objects.requireNonNull(message, "message: null (expected: a message)"));
    }

    private void startWatch(ActorRef<?> actor, @Nullable M message) {
        checkWorker();
        ActorRef<?> watched = watchable(actor);
        if (watched == this) {
            throw new IllegalArgumentException("watch: " + path() + " itself (expected: another actor)");
        }
        Object old = extension().watching().put(watched, message == null ? CellExtension.SIGNAL : message);
        if (old != null) {
            return;
        }
        if (watched instanceof RemoteActorRef<?> remote) {
            remote.addWatcher(this);
        } else {
            cellOf(watched).tellSystem(new SystemMessage.Watch(this));
        }
    }

    @Override
    public void unwatch(ActorRef<?> actor) {
        checkWorker();
        ActorRef<?> watched = watchable(actor);
        if (extension().watching().remove(watched) != null) {
            endWatch(watched);
        }
    }

    void endWatch(ActorRef<?> watched) {
        if (watched instanceof RemoteActorRef<?> remote) {
            Report.guard(() -> remote.removeWatcher(this));
        } else {
            cellOf(watched).tellSystem(new SystemMessage.Unwatch(this));
        }
    }

    private static ActorRef<?> watchable(ActorRef<?> actor) {
        return actor instanceof RemoteActorRef<?> remote ? remote : cellOf(actor);
    }

    static ActorCell<?> cellOf(ActorRef<?> actor) {
        Objects.requireNonNull(actor, "actor: null (expected: an ActorRef)");
        if (actor instanceof ActorCell<?> cell) {
            return cell;
        }
        if (actor instanceof AdapterRef<?, ?> adapter) {
            return adapter.owner();
        }
        if (actor instanceof RemoteActorRef<?> remote) {
            return cellOf(remote.local()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "actor: " + actor.path() + " (expected: an actor of this JVM that has been started)")));
        }
        throw new IllegalArgumentException("actor: " + actor.path() + " (expected: an actor, not a reply reference)");
    }

    /** A watched actor has ended; any thread. Goes through the queue: it must not overtake that actor's messages. */
    void watchedTerminated(ActorRef<?> watched, TerminationReason reason) {
        if (push(new SignalNode(watched, reason))) {
            unpark();
        }
    }

    @Override
    public void terminated(RemoteActorRef<?> actor, TerminationReason reason) {
        watchedTerminated(actor, reason);
    }

    @Override
    public Timers<M> timers() {
        checkWorker();
        return extension().timers();
    }

    @Override
    public Stash<M> stash() {
        checkWorker();
        return extension().stash(template.stash());
    }

    /** Takes the message in work out of it. */
    MessageNode stashCurrent() {
        if (handler instanceof FlowHandler || (attention & STASHED) != 0) {
            throw new IllegalStateException(
                    "stash: the message is stashed already, or in a flow (expected: once, in a handler)");
        }
        MessageNode node = currentNode();
        attention |= STASHED;
        return node;
    }

    /** Puts stashed messages before the mailbox. */
    void replay(ArrayDeque<MessageNode> nodes) {
        extension().replayFirst(nodes);
        attention |= REPLAY;
        wake();
    }

    @Override
    public void receiveTimeout(Duration timeout, M message) {
        checkWorker();
        extension().timers().receiveTimeout(timeout, message);
        attention |= RECEIVE_TIMEOUT;
    }

    @Override
    public void cancelReceiveTimeout() {
        checkWorker();
        extension().timers().cancelReceiveTimeout();
        attention &= ~RECEIVE_TIMEOUT;
    }

    @Override
    public <T> ActorRef<T> adapter(Function<? super T, ? extends M> adaption) {
        return new AdapterRef<>(this, Objects.requireNonNull(adaption, "adaption: null (expected: a function)"));
    }

    @Override
    public <T> void pipeToSelf(
            Publisher<? extends T> source,
            BiFunction<? super @Nullable T, ? super @Nullable Throwable, ? extends M> message) {
        checkWorker();
        Objects.requireNonNull(source, "source: null (expected: a Publisher)");
        Objects.requireNonNull(message, "message: null (expected: a function that makes a message)");
        PipeToSelf<T, M> pipe = new PipeToSelf<>(this, incarnationNumber(), contextView(), message);
        extension().subscriptions().add(pipe);
        if (FatalErrors.isWatching()) {
            FatalErrors.run(() -> source.subscribe(pipe), pipe);
        } else {
            source.subscribe(pipe);
        }
    }

    /** A piped publisher has ended; on the worker. */
    void piped(PipeToSelf<?, M> pipe, int incarnation, Supplier<? extends M> message) {
        if (incarnationNumber() != incarnation) {
            return;
        }
        if (phase == Phase.RUNNING) {
            extension().subscriptions().remove(pipe);
            force(Contexts.node(
                    Objects.requireNonNull(message.get(), "message: null (expected: a message)"), pipe.carried()));
        } else if (phase == Phase.ENDED) {
            extension().whenResumed(() -> piped(pipe, incarnation, message));
        }
    }

    // ------------------------------------------------------------------------------------------------ parts

    /** The number of the newest message among all that have come. */
    int newest() {
        return arrivedSoFar();
    }

    /** Whether it is handling a message, or has some, or waits for its restart; any thread. */
    boolean isBusy() {
        CellExtension<M> x = extension;
        InWork work = x == null ? null : x.latestWork;
        return !isIdle() || work != null && !work.isEnded();
    }

    /** Whether it has been removed from its group; any thread. */
    boolean isRetired() {
        CellExtension<M> x = extension;
        return x != null && x.retired;
    }

    void retire() {
        extension().retired = true;
    }

    /** The worker for its timers, which must not wait for it if it blocks. */
    Home homeWorker() {
        return home() instanceof BlockingHome blocking ? blocking.worker() : home();
    }

    Timer timer() {
        return system.timer();
    }

    /** What the actor is doing, for people; any thread, as good as can be seen from outside. */
    String describe() {
        StringBuilder text = new StringBuilder()
                .append(phase.name().toLowerCase(java.util.Locale.ROOT))
                .append(" in incarnation ")
                .append(incarnationNumber())
                .append(" with ")
                .append(depth())
                .append(" queued");
        Object busy = busyWith();
        return busy == null
                ? text.toString()
                : text.append(", busy with ").append(Report.shown(busy)).toString();
    }

    private @Nullable Object busyWith() {
        for (WorkFrame frame : home() instanceof BlockingHome blocking
                ? blocking.frames()
                : system.scheduler().frames()) {
            if (frame.activity() == this && frame.work() instanceof MessageNode node) {
                return node.message();
            }
        }
        CellExtension<M> x = extension;
        InWork work = x == null ? null : x.latestWork;
        return work == null || work.isEnded() ? null : work.node().message();
    }
}

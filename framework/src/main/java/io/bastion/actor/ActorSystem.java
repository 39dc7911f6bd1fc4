package io.bastion.actor;

import io.bastion.scheduler.ActivityScheduler;
import io.bastion.scheduler.BlockingHome;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.NumaScheduler;
import io.bastion.scheduler.NumaTopology;
import io.bastion.scheduler.Timer;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * A tree of actors with the workers that run them. Thread-safe.
 *
 * <p>Its workers are daemon threads: a program that has nothing else to do waits on {@link #whenTerminated()}.
 */
public final class ActorSystem implements AutoCloseable {
    /** How long {@link #stop()} and {@link #close()} let actors finish what they are doing when nothing is said. */
    public static final Duration DEFAULT_SHUTDOWN_TIMEOUT = Duration.ofSeconds(10);

    /** How long killed actors may take to return from their handlers. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final ActivityScheduler scheduler;
    private final boolean ownsScheduler;
    private final Duration shutdownTimeout;
    private final ActorCell<Object> root;
    private final TreeEvents events = new TreeEvents();
    private final DeadLetters deadLetters = new DeadLetters();
    private final Metering metering = new Metering();
    private final LivingGroups groups = new LivingGroups();
    private final AtomicLong ids = new AtomicLong();
    private final Sinks.Empty<Void> end = Sinks.empty();
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Sums over the actors that have terminated. */
    private final LongAdder accepted = new LongAdder();

    private final LongAdder handled = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder deadLettered = new LongAdder();

    /** Over all actors, living or not. */
    private final LongAdder refused = new LongAdder();

    /** Guards {@link #stopping} together with the adoption of children, so that none is adopted after the stop. */
    private final Object gate = new Object();

    private boolean stopping;

    /** Why the top of the tree gave up; written before it ends. */
    private volatile @Nullable SystemFailedException failure;

    /** Who did not stop in time, since the system is stopping. */
    private final Queue<ShutdownReport.Late> late = new ConcurrentLinkedQueue<>();

    private final @Nullable Thread shutdownHook;
    private final boolean fatalErrors;

    /** Spawns that have begun, and cells that did not become part of the tree and have not ended; guarded by the gate. */
    private int outsiders;

    /** The tree has ended; guarded by the gate. */
    private boolean rootEnded;

    private ActorSystem(Builder builder) {
        ActivityScheduler given = builder.scheduler;
        ownsScheduler = given == null;
        scheduler = given != null ? given : builder.newScheduler();
        shutdownTimeout = builder.shutdownTimeout;
        fatalErrors = builder.fatalErrors;
        if (fatalErrors) {
            FatalErrors.install();
        }
        root = ActorCell.create(
                this,
                null,
                SupervisorSpec.ofKind(TreeNode.Kind.ACTOR, builder.name)
                        .supervision(builder.strategy, builder.budget)
                        .interceptBelow(builder.interceptors.toArray(Interceptor[]::new)));
        root.launch();
        if (builder.exitPolicy != null) {
            builder.exitPolicy.install(this);
        }
        shutdownHook = builder.shutdownHook ? installShutdownHook() : null;
    }

    /**
     * Starts a system with default settings: a worker for each processor of each NUMA node of the machine.
     *
     * @param name first part of its actors' paths: 1 to 255 letters, digits and {@code - _ . ~}
     */
    public static ActorSystem create(String name) {
        return builder(name).build();
    }

    /**
     * Settings of a system to be started.
     *
     * @param name first part of its actors' paths: 1 to 255 letters, digits and {@code - _ . ~}
     */
    public static Builder builder(String name) {
        return new Builder(ActorSpec.checkName(name));
    }

    /**
     * Starts an actor at the top of the tree.
     *
     * @throws IllegalArgumentException if a living actor has the name, or the factory returns null
     * @throws ActorStartException if the factory throws
     * @throws IllegalStateException if the system is stopping
     */
    public <M> ActorRef<M> spawn(ActorSpec<M> spec) {
        Objects.requireNonNull(spec, "spec: null (expected: an ActorSpec)");
        synchronized (gate) {
            checkRunning();
            outsiders++; // the workers stay until this is over
        }
        try {
            ActorCell<M> cell = ActorCell.create(this, root, spec);
            boolean adopted;
            synchronized (gate) {
                adopted = !stopping;
                if (adopted) {
                    cell.leaveToParent();
                    root.tellSystem(new SystemMessage.Adopt(cell));
                }
            }
            if (!adopted) {
                cell.abandonUnborn();
                checkRunning();
            }
            return cell;
        } finally {
            outsiderEnded();
        }
    }

    /**
     * Starts a supervisor at the top of the tree. What its settings have against each other goes to the log.
     *
     * @return the supervisor, whose children are being started; see {@link SupervisorRef#whenStarted()}
     * @throws IllegalArgumentException if a living actor has the name
     * @throws IllegalStateException if the system is stopping
     */
    public SupervisorRef supervise(SupervisorSpec spec) {
        Objects.requireNonNull(spec, "spec: null (expected: a SupervisorSpec)");
        Lint.of(spec.asActor(), root.template.supervision().budget()).forEach(Report::lint);
        return new SupervisorHandle((ActorCell<?>) spawn(spec.asActor()));
    }

    /** Starts a group at the top of the tree, as {@link #supervise(SupervisorSpec)} does a supervisor. */
    public SupervisorRef supervise(GroupSpec<?> spec) {
        Objects.requireNonNull(spec, "spec: null (expected: a GroupSpec)");
        return new SupervisorHandle((ActorCell<?>) spawn(spec.asActor()));
    }

    /**
     * The address of a group, wherever it is in the tree: to tell and to ask one of its members, or all. There need be no such
     * group yet; see {@link Distributor}.
     *
     * @param name the name of the group
     * @param type what its members take; each message is checked against it
     */
    public <M> Distributor<M> distributor(String name, Class<M> type) {
        return new GroupDistributor<>(this, name, type);
    }

    LivingGroups groups() {
        return groups;
    }

    /**
     * Puts a message into the mailbox of every actor that is not a supervisor or a group.
     *
     * @return how many have got it; see {@link SupervisorRef#broadcast}
     */
    public Mono<BroadcastReport> broadcast(Object message) {
        return root().broadcast(message);
    }

    /** The top of the tree, which supervises what {@link #spawn} and {@link #supervise} start. */
    public SupervisorRef root() {
        return new SupervisorHandle(root);
    }

    /**
     * An actor as what supervises its children: their tree, their events, and restarts of them by hand.
     *
     * @throws IllegalArgumentException if it is no actor of this system
     */
    public SupervisorRef supervisor(ActorRef<?> actor) {
        return new SupervisorHandle(ownCell(actor));
    }

    /** All actors as they are: each answers between two messages, and one that does not within a second is shown as busy. */
    public Mono<TreeNode> tree() {
        return TreeSnapshot.of(root);
    }

    /**
     * What happens in the tree: first the actors that there are, parents before their children, then every decision about them
     * until the system has terminated. Each subscription begins anew. Events of one actor come in order. What a subscriber
     * does not request is kept for it, without a bound. Emitted on the workers: a subscriber must not block.
     */
    public Flux<TreeEvent> events() {
        return LateSignals.flux(root, events.flux(root));
    }

    /**
     * What happens to one actor and to all below it, as {@link #events()}; completes when the actor has terminated, after its
     * {@link TreeEvent.Stopped}, and at once if it had before. A restart is no end. The removal of the actor itself from the
     * list of its supervisor comes later, and is not among them.
     *
     * @throws IllegalArgumentException if it is no actor of this system
     */
    public Flux<TreeEvent> events(ActorRef<?> actor) {
        return events.flux(ownCell(actor));
    }

    private ActorCell<?> ownCell(ActorRef<?> actor) {
        ActorCell<?> cell = ActorCell.cellOf(actor);
        if (cell.system != this) {
            throw new IllegalArgumentException("actor: " + actor.path() + " (expected: an actor of " + name() + ")");
        }
        return cell;
    }

    boolean isObserved() {
        return events.isObserved();
    }

    void publish(TreeEvent event) {
        events.publish(event);
    }

    /** An actor has not stopped in time, and is killed. */
    void overdue(ActorCell<?> actor, Duration waited) {
        Report.warn("{} did not stop in time: it is killed", actor.shownPath());
        synchronized (gate) {
            if (stopping) {
                late.add(new ShutdownReport.Late(actor, waited));
            }
        }
        if (isObserved()) {
            publish(new TreeEvent.Overdue(actor, waited));
        }
    }

    /** There will be a new incarnation. */
    void restarting(ActorCell<?> actor, @Nullable Throwable cause, Duration delay) {
        if (isObserved()) {
            publish(new TreeEvent.Restarting(actor, cause, delay));
        }
        if (metering.hasInstruments()) {
            Strategy above = actor.parent == null
                    ? Strategy.ONE_FOR_ONE
                    : actor.parent.template.supervision().strategy();
            metering.each(i -> i.restarting(actor, above, cause, delay));
        }
    }

    /** A failure below an actor is more than that deals with. */
    void gaveUp(ActorCell<?> actor, Throwable cause, ActorRef<?> origin) {
        if (isObserved()) {
            publish(new TreeEvent.GaveUp(actor, cause, origin));
        }
        if (metering.hasInstruments()) {
            metering.each(i -> i.gaveUp(actor, cause, origin));
        }
    }

    /** The top of the tree gives up. */
    void failing(ActorRef<?> origin, Throwable cause) {
        synchronized (gate) {
            stopping = true;
        }
        failure = new SystemFailedException(origin.path(), cause);
    }

    /** A cell begins to end that is not part of the tree. */
    void outsiderBegins() {
        synchronized (gate) {
            outsiders++;
        }
    }

    void outsiderEnded() {
        boolean last;
        synchronized (gate) {
            outsiders--;
            last = outsiders == 0 && rootEnded;
        }
        if (last) {
            end();
        }
    }

    private void checkRunning() {
        if (stopping) {
            throw new IllegalStateException("spawn: system " + name() + " is stopping (expected: a running system)");
        }
    }

    /** The name. */
    public String name() {
        return root.path().substring(root.path().lastIndexOf('/') + 1);
    }

    /**
     * Messages that no actor will handle, from now on: a hot stream that completes with the system. Emitted on the thread
     * that finds them; a subscriber that is slow loses the oldest.
     */
    public Flux<DeadLetter> deadLetters() {
        return LateSignals.flux(root, deadLetters.flux());
    }

    /**
     * The counters of all actors that live or have lived. Each living actor adds its own between two messages, so that the
     * sum waits for an actor that is busy; it is exact when the system is at rest.
     */
    public Mono<MessageStats> stats() {
        return LateSignals.mono(
                root, sink -> root.tellSystem(new SystemMessage.Collect(new StatsCollector(past(), sink))));
    }

    /** Answers when the system has ended, and all that its actors have counted has come up the tree. */
    void collectAtEnd(StatsCollector collector) {
        end.asMono().onErrorComplete().subscribe(null, null, () -> collector.end(past()));
    }

    /**
     * What no living actor answers for: what was evicted, refused or discarded after an end, the counters of actors that were
     * left behind, and those of all when the root has terminated.
     */
    private MessageStats past() {
        return new MessageStats(
                accepted.sum(), handled.sum(), failed.sum(), dropped.sum(), deadLettered.sum(), 0, refused.sum());
    }

    /**
     * Attaches an instrument to the running system; what costs something is counted only as long as there is one that
     * {@link Instrument#samples() samples}.
     *
     * @return detaches it
     */
    public Disposable instrument(Instrument instrument) {
        return metering.attach(Objects.requireNonNull(instrument, "instrument: null (expected: an Instrument)"));
    }

    /** What is counted for instruments, as it is now; on any thread, without waiting. */
    public SystemCounters counters() {
        return metering.counters(deadLetters, refused.sum());
    }

    /**
     * Counts the actors by type. Those that have children are visited between two messages, and look at each child: a census
     * of a hundred thousand actors below one takes that one some milliseconds. What has not answered after a second is left
     * out with all below it.
     */
    public Mono<Census> census() {
        return CensusWalk.of(root);
    }

    /**
     * The type of an actor: that of its {@link ActorSpec#type specification}, or what stands there for it. There are few in a
     * system, so that it can be a tag of a meter; {@code other} for an actor that has not begun to run.
     *
     * @throws IllegalArgumentException if it is no actor of this JVM
     */
    public static String typeOf(ActorRef<?> actor) {
        return ActorCell.cellOf(actor).typeName();
    }

    Metering metering() {
        return metering;
    }

    /** The scheduler that the actors run on; of use for any Reactor pipeline. */
    public ActivityScheduler scheduler() {
        return scheduler;
    }

    /**
     * Stops all actors, children before their parents; those that are not done within {@link Builder#shutdownTimeout} are
     * killed. From now on no actor can be started.
     */
    public void stop() {
        stop(shutdownTimeout);
    }

    private void stop(Duration deadline) {
        synchronized (gate) {
            stopping = true;
        }
        root.tellSystem(new SystemMessage.Stop(TerminationReason.STOPPED, TimeUnit.NANOSECONDS.convert(deadline)));
    }

    /**
     * Stops all actors within a time that is divided down the tree; those that are late are killed.
     *
     * @return acts when it is subscribed to; says who was late, when all have terminated
     */
    public Mono<ShutdownReport> shutdown(Duration deadline) {
        LifecycleSettings.positive("deadline", deadline);
        return Mono.defer(() -> {
            stop(deadline);
            return end.asMono().onErrorComplete().then(Mono.fromSupplier(() -> new ShutdownReport(List.copyOf(late))));
        });
    }

    /** Lets all actors handle what is in their mailboxes, and stops them then. From now on no actor can be started. */
    public void drain() {
        synchronized (gate) {
            stopping = true;
        }
        root.drain();
    }

    /** Ends all actors at once. */
    public void kill() {
        synchronized (gate) {
            stopping = true;
        }
        root.kill();
    }

    /**
     * Completes when all actors have terminated.
     *
     * @return fails with a {@link SystemFailedException} when the top of the tree gave up
     */
    public Mono<Void> whenTerminated() {
        return end.asMono();
    }

    /**
     * Stops all actors and waits for them; those that are not done within {@link Builder#shutdownTimeout} are killed.
     *
     * @throws IllegalStateException if called on a worker, which it would block
     */
    @Override
    public void close() {
        if (Schedulers.isInNonBlockingThread()) {
            throw new IllegalStateException(
                    "close: called on " + Thread.currentThread().getName()
                            + " (expected: a thread that may block; use stop() and whenTerminated())");
        }
        stop();
        if (!await(shutdownTimeout.plus(GRACE))) {
            root.kill();
            if (!await(GRACE)) {
                Report.warn("system {} has an actor that does not return from its handler", name());
            }
        }
    }

    private Thread installShutdownHook() {
        Thread hook = new Thread(this::close, "bastion-shutdown-" + name());
        Runtime.getRuntime().addShutdownHook(hook);
        return hook;
    }

    private void removeShutdownHook() {
        if (shutdownHook != null && Thread.currentThread() != shutdownHook) {
            try {
                Runtime.getRuntime().removeShutdownHook(shutdownHook);
            } catch (IllegalStateException e) {
                // the JVM is going down: the hook is running, and waits for this
            }
        }
    }

    private boolean await(Duration timeout) {
        try {
            return ended.await(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The system's own interceptors are those below its root. */
    Interception interception() {
        return root.template.interception();
    }

    void rootTerminated() {
        boolean last;
        synchronized (gate) {
            rootEnded = true;
            last = outsiders == 0;
        }
        if (last) {
            end();
        }
    }

    private void end() {
        removeShutdownHook();
        if (fatalErrors) {
            FatalErrors.uninstall();
        }
        deadLetters.close();
        events.close();
        if (ownsScheduler) {
            scheduler.dispose();
        }
        SystemFailedException f = failure;
        try {
            if (f == null) {
                end.tryEmitEmpty();
            } else {
                end.tryEmitError(f);
            }
        } finally {
            ended.countDown(); // last: whoever waits in close() may end the process
        }
    }

    void terminated(MessageStats stats) {
        accepted.add(stats.accepted());
        handled.add(stats.handled());
        add(failed, stats.failed());
        add(dropped, stats.dropped());
        add(deadLettered, stats.deadLettered());
    }

    private static void add(LongAdder sum, long n) {
        if (n != 0) {
            sum.add(n);
        }
    }

    void countRefused() {
        refused.increment();
    }

    void countEvicted() {
        accepted.increment();
        dropped.increment();
    }

    /** A message was accepted by an actor that had just counted its last. */
    void countOrphaned() {
        accepted.increment();
        deadLettered.increment();
    }

    /** Operators of a flow have discarded what its actor had counted as handled before it ended. */
    void countDiscardedLate() {
        handled.decrement();
        dropped.increment();
    }

    /** A message came to no actor at all. */
    void undelivered(Object message, ActorRef<?> recipient, DeadLetter.Reason reason) {
        refused.increment();
        publish(new DeadLetter(message, recipient, ActorCell.sender(), reason));
    }

    void publish(DeadLetter letter) {
        deadLetters.publish(letter);
        if (metering.hasInstruments()) {
            metering.each(i -> i.deadLetter(letter));
        }
    }

    long nextId() {
        return ids.incrementAndGet();
    }

    Timer timer() {
        return scheduler.timer();
    }

    Home homeFor(Placement placement) {
        if (placement instanceof Placement.Node node) {
            return scheduler.nextHome(node.index());
        }
        if (placement instanceof Placement.On on) {
            return BlockingHome.of(scheduler, on.scheduler());
        }
        if (placement == Placement.Blocking.INSTANCE) {
            return scheduler.blockingHome();
        }
        return placement == Placement.Spread.INSTANCE ? scheduler.nextHome() : scheduler.localHome();
    }

    @Override
    public String toString() {
        return root.path();
    }

    /** Settings of a system. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private @Nullable ActivityScheduler scheduler;
        private @Nullable NumaTopology topology;
        private int workersPerNode;
        private Duration shutdownTimeout = DEFAULT_SHUTDOWN_TIMEOUT;
        private Strategy strategy = Strategy.ONE_FOR_ONE;
        private Budget budget = Budget.DEFAULT;
        private @Nullable ExitPolicy exitPolicy;
        private boolean shutdownHook;
        private final List<Interceptor> interceptors = new ArrayList<>();
        private boolean fatalErrors;

        private Builder(String name) {
            this.name = name;
        }

        /** Runs the actors on a scheduler that is not disposed with the system; the other settings of workers do not count. */
        public Builder scheduler(ActivityScheduler scheduler) {
            this.scheduler = Objects.requireNonNull(scheduler, "scheduler: null (expected: an ActivityScheduler)");
            return this;
        }

        /** The NUMA nodes to lay workers out on; those of the machine by default. */
        public Builder topology(NumaTopology topology) {
            this.topology = Objects.requireNonNull(topology, "topology: null (expected: a NumaTopology)");
            return this;
        }

        /** Workers on each NUMA node; as many as it has processors by default. */
        public Builder workers(int perNode) {
            if (perNode < 1) {
                throw new IllegalArgumentException("workers: " + perNode + " (expected: >= 1)");
            }
            workersPerNode = perNode;
            return this;
        }

        /**
         * How long {@link ActorSystem#stop()} and {@link ActorSystem#close()} let actors finish before they are killed;
         * {@link #DEFAULT_SHUTDOWN_TIMEOUT} by default, zero to kill them at once.
         */
        public Builder shutdownTimeout(Duration timeout) {
            Objects.requireNonNull(timeout, "shutdownTimeout: null (expected: a Duration)");
            if (timeout.isNegative()) {
                throw new IllegalArgumentException("shutdownTimeout: " + timeout + " (expected: >= 0)");
            }
            shutdownTimeout = timeout;
            return this;
        }

        /** Which actors at the top of the tree are restarted with one that fails; {@link Strategy#ONE_FOR_ONE} by default. */
        public Builder strategy(Strategy strategy) {
            this.strategy = Objects.requireNonNull(strategy, "strategy: null (expected: a Strategy)");
            return this;
        }

        /**
         * How many restarts of actors at the top of the tree are borne before the system terminates;
         * {@link Budget#DEFAULT} by default, for all of them together.
         */
        public Builder budget(Budget budget) {
            this.budget = Objects.requireNonNull(budget, "budget: null (expected: a Budget)");
            return this;
        }

        /**
         * Makes an actor fail also of an error of the JVM or of linkage that an operator of its pipeline meets on another
         * scheduler. Reactor throws such errors past {@code onError}, so that without this the actor's message stays in work
         * until somebody stops the actor. Installs a hook for scheduled tasks in Reactor, which is global to the JVM, while
         * this system lives. Not so by default.
         */
        public Builder superviseFatalErrors() {
            fatalErrors = true;
            return this;
        }

        /** When the system, and with it perhaps the process, is to end; never by default. */
        public Builder exit(ExitPolicy policy) {
            exitPolicy = Objects.requireNonNull(policy, "policy: null (expected: an ExitPolicy)");
            return this;
        }

        /** Adds interceptors around what all actors are sent and handle, inside those that were added before. */
        public Builder intercept(Interceptor... interceptors) {
            this.interceptors.addAll(Interception.checked(interceptors));
            return this;
        }

        /** Closes the system when the JVM is told to end. Not so by default. */
        public Builder shutdownHook() {
            shutdownHook = true;
            return this;
        }

        /** Starts the system. */
        public ActorSystem build() {
            return new ActorSystem(this);
        }

        private NumaScheduler newScheduler() {
            NumaScheduler.Builder builder = NumaScheduler.builder().name(name);
            if (topology != null) {
                builder.topology(topology);
            }
            if (workersPerNode > 0) {
                builder.workersPerNode(workersPerNode);
            }
            return builder.build();
        }
    }
}

package io.bastion.actor;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A supervisor's cell as what users see of it. */
record SupervisorHandle(ActorCell<?> cell) implements SupervisorRef {
    /** A call from outside that the supervisor answers. */
    private static final class Call<R> extends SystemMessage.Plain {
        private final BiConsumer<ActorCell<?>, MonoSink<R>> work;
        private final Function<ActorCell<?>, RuntimeException> gone;
        private final MonoSink<R> sink;

        /**
         * @param gone the answer of a supervisor that has terminated
         */
        Call(
                BiConsumer<ActorCell<?>, MonoSink<R>> work,
                Function<ActorCell<?>, RuntimeException> gone,
                MonoSink<R> sink) {
            this.work = work;
            this.gone = gone;
            this.sink = sink;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            try {
                work.accept(cell, sink);
            } catch (Throwable t) {
                sink.error(t);
            }
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            sink.error(gone.apply(cell));
        }
    }

    private <R> Mono<R> call(BiConsumer<ActorCell<?>, MonoSink<R>> work) {
        return LateSignals.mono(cell, sink -> cell.tellSystem(new Call<>(work, ActorTerminatedException::new, sink)));
    }

    @Override
    public String path() {
        return cell.path();
    }

    @Override
    public Mono<Void> whenStarted() {
        return LateSignals.mono(
                cell,
                sink -> cell.tellSystem(
                        new Call<>((cell, waiter) -> cell.awaitStart(waiter), ActorStartException::of, sink)));
    }

    @Override
    public <M> Mono<ActorRef<M>> add(ActorSpec<M> child) {
        return added(child, added -> added);
    }

    @Override
    public Mono<SupervisorRef> add(SupervisorSpec child) {
        return added(child.asActor(), SupervisorHandle::new);
    }

    @Override
    public Mono<SupervisorRef> add(GroupSpec<?> child) {
        return added(child.asActor(), SupervisorHandle::new);
    }

    private <M, R> Mono<R> added(ActorSpec<M> spec, Function<ActorCell<M>, R> result) {
        SupervisorSpec.checkNamed(spec);
        return callAbout(spec.name(), (cell, sink) -> {
            cell.checkSpawns();
            if (cell.template.supervision().group() != null) {
                throw new IllegalArgumentException("child: \"" + spec.name() + "\" (expected: none; the members of "
                        + cell.path() + " follow the group's specification)");
            }
            CellSupervision.Listed down = cell.supervision().listed().get(spec.name());
            if (down != null && down.cell == null) {
                throw new IllegalArgumentException("child: \"" + spec.name() + "\" (expected: no other child of "
                        + cell.path() + " with that name; restart or remove the one that is down)");
            }
            if (cell.isToStart(spec)) {
                throw new IllegalArgumentException("child: \"" + spec.name() + "\" (expected: no other child of "
                        + cell.path() + " with that name; one is still to be started)");
            }
            sink.success(result.apply(cell.spawnChild(spec)));
        });
    }

    @Override
    public Mono<Boolean> remove(String name) {
        return callAbout(name, (cell, sink) -> {
            Map<String, CellSupervision.Listed> listed = cell.supervision().listed();
            CellSupervision.Listed entry = listed.get(name);
            ActorCell<?> child = entry == null ? child(cell, name) : entry.cell;
            if (child != null && cell.isChild(child)) {
                cell.supervision().remove(child, () -> sink.success(true));
            } else {
                sink.success(listed.remove(name) != null);
            }
        });
    }

    @Override
    public Mono<Boolean> restart(String name) {
        return callAbout(name, (cell, sink) -> restart(cell, name, sink));
    }

    private static void restart(ActorCell<?> cell, String name, MonoSink<Boolean> sink) {
        cell.checkSpawns();
        CellSupervision.Listed entry = cell.supervision().listed().get(name);
        ActorCell<?> child = entry == null ? child(cell, name) : entry.cell;
        if (child == null) {
            if (entry != null) {
                cell.spawnChild(entry.spec);
            }
            sink.success(entry != null);
            return;
        }
        cell.supervision().engine().restartByHand(child);
        BiConsumer<ActorCell<?>, MonoSink<Boolean>> again =
                (supervisor, waiting) -> whenGone(supervisor, child, (s, w) -> restart(s, name, w), waiting);
        // behind the order to restart, which one that is ending does not obey: it is started anew when it is down
        child.tellSystem(new SystemMessage.AskEnding(ending -> cell.tellSystem(
                new Call<>(ending ? again : (s, w) -> w.success(true), ActorTerminatedException::new, sink))));
    }

    /** A call about a child of a name: it waits until the supervisor knows of the child's end, if that is there. */
    private <R> Mono<R> callAbout(@Nullable String name, BiConsumer<ActorCell<?>, MonoSink<R>> work) {
        return call((cell, sink) -> answer(cell, name, work, sink));
    }

    private static <R> void answer(
            ActorCell<?> cell, @Nullable String name, BiConsumer<ActorCell<?>, MonoSink<R>> work, MonoSink<R> sink) {
        CellSupervision.Listed entry =
                name == null ? null : cell.supervision().listed().get(name);
        ActorCell<?> child = entry == null ? null : entry.cell;
        if (child != null && child.isClosed()) { // the word of it is on its way here
            whenGone(cell, child, work, sink);
        } else {
            work.accept(cell, sink);
        }
    }

    /** Does what is asked for once the supervisor knows of a child's end. */
    private static <R> void whenGone(
            ActorCell<?> cell, ActorCell<?> child, BiConsumer<ActorCell<?>, MonoSink<R>> work, MonoSink<R> sink) {
        Call<R> call = new Call<>(work, ActorTerminatedException::new, sink);
        if (cell.isChild(child)) {
            cell.supervision().whenGone(child, () -> call.deliver(cell));
        } else {
            call.deliver(cell);
        }
    }

    private static @Nullable ActorCell<?> child(ActorCell<?> cell, String name) {
        return cell.extension().names().get(name);
    }

    @Override
    public Mono<BroadcastReport> broadcast(Object message) {
        return Broadcast.of(cell, message);
    }

    @Override
    public Mono<TreeNode> tree() {
        return TreeSnapshot.of(cell);
    }

    // the top of the tree is its system, which must not start another actor then

    @Override
    public Flux<TreeEvent> events() {
        return cell.system.events(cell);
    }

    @Override
    public void stop() {
        if (cell.parent == null) {
            cell.system.stop();
        } else {
            cell.stop();
        }
    }

    @Override
    public void drain() {
        if (cell.parent == null) {
            cell.system.drain();
        } else {
            cell.drain();
        }
    }

    @Override
    public void kill() {
        if (cell.parent == null) {
            cell.system.kill();
        } else {
            cell.kill();
        }
    }

    @Override
    public Mono<TerminationReason> whenTerminated() {
        return cell.whenTerminated();
    }

    @Override
    public String toString() {
        return path();
    }
}

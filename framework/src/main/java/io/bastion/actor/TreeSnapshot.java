package io.bastion.actor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A walk down the tree by system messages: each actor notes itself and its children between two messages. What has not
 * answered after a second is shown as busy.
 */
final class TreeSnapshot {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final MonoSink<TreeNode> sink;
    private final Entry root;
    private final AtomicInteger pending = new AtomicInteger(1);
    private final AtomicBoolean done = new AtomicBoolean();

    /** What is known of an actor: what the parent says of it until it has answered itself. */
    private static final class Entry {
        final @Nullable ActorCell<?> cell;
        final String name;
        final TreeNode.Kind kind;

        /** Written by the actor, once; null until then. */
        volatile @Nullable Answer answer;

        Entry(@Nullable ActorCell<?> cell, String name, TreeNode.Kind kind) {
            this.cell = cell;
            this.name = name;
            this.kind = kind;
        }
    }

    private record Answer(
            TreeNode.State state, int incarnation, long queued, int remainingBudget, List<Entry> children) {}

    private TreeSnapshot(ActorCell<?> cell, MonoSink<TreeNode> sink) {
        this.sink = sink;
        root = entry(cell);
    }

    static Mono<TreeNode> of(ActorCell<?> cell) {
        return LateSignals.mono(cell, sink -> {
            TreeSnapshot snapshot = new TreeSnapshot(cell, sink);
            SnapshotLimit limit = new SnapshotLimit(cell.homeWorker(), snapshot::finish);
            cell.timer().start(limit, TimeUnit.NANOSECONDS.convert(PATIENCE));
            sink.onDispose(limit::cancel);
            cell.tellSystem(new Visit(snapshot, snapshot.root));
        });
    }

    private static Entry entry(ActorCell<?> cell) {
        return new Entry(cell, cell.segment(), cell.template.supervision().kind());
    }

    /** The snapshot comes to an actor. */
    private static final class Visit extends SystemMessage.Plain {
        private final TreeSnapshot snapshot;
        private final Entry entry;

        Visit(TreeSnapshot snapshot, Entry entry) {
            this.snapshot = snapshot;
            this.entry = entry;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            snapshot.visit(cell, entry);
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            entry.answer = new Answer(TreeNode.State.DOWN, 0, 0, 0, List.of());
            snapshot.answered();
        }
    }

    private void visit(ActorCell<?> cell, Entry entry) {
        CellExtension<?> x = cell.extension;
        CellSupervision supervision = x == null ? null : x.supervision;
        List<Entry> children =
                supervision != null && cell.template.supervision().listsChildren() ? listed(supervision) : linked(cell);
        for (Entry child : children) {
            if (child.cell != null) {
                pending.incrementAndGet();
                child.cell.tellSystem(new Visit(this, child));
            }
        }
        entry.answer = new Answer(
                cell.phase.shown,
                cell.incarnationNumber(),
                cell.depth(),
                supervision == null
                        ? cell.template.supervision().budget().maxRestarts()
                        : supervision.engine().remainingBudget(),
                children);
        answered();
    }

    private static List<Entry> linked(ActorCell<?> cell) {
        List<Entry> children = new ArrayList<>();
        for (ActorCell<?> child = cell.firstChild; child != null; child = child.nextSibling) {
            children.add(entry(child));
        }
        Collections.reverse(children);
        return children;
    }

    /** Also those that are down. */
    private static List<Entry> listed(CellSupervision supervision) {
        List<Entry> children = new ArrayList<>();
        supervision.listed().forEach((name, listed) -> {
            if (listed.cell != null) {
                children.add(entry(listed.cell));
            } else {
                Entry down = new Entry(
                        null, name, listed.spec.template().supervision().kind());
                down.answer = new Answer(TreeNode.State.DOWN, 0, 0, 0, List.of());
                children.add(down);
            }
        });
        return children;
    }

    private void answered() {
        if (pending.decrementAndGet() == 0) {
            finish();
        }
    }

    private void finish() {
        if (done.compareAndSet(false, true)) {
            sink.success(build());
        }
    }

    /** Puts the answers together, children before their parents, without recursion. */
    private TreeNode build() {
        record Level(Entry entry, @Nullable Answer answer, List<TreeNode> done) {}
        Deque<Level> open = new ArrayDeque<>();
        open.push(new Level(root, root.answer, new ArrayList<>()));
        for (; ; ) {
            Level level = open.element();
            Answer answer = level.answer;
            if (answer != null && level.done.size() < answer.children.size()) {
                Entry next = answer.children.get(level.done.size());
                open.push(new Level(next, next.answer, new ArrayList<>()));
                continue;
            }
            TreeNode node = node(level.entry, answer, level.done);
            open.pop();
            if (open.isEmpty()) {
                return node;
            }
            open.element().done.add(node);
        }
    }

    private static TreeNode node(Entry entry, @Nullable Answer answer, List<TreeNode> children) {
        return answer == null
                ? new TreeNode(entry.name, entry.cell, entry.kind, TreeNode.State.BUSY, 0, 0, 0, List.of())
                : new TreeNode(
                        entry.name,
                        entry.cell,
                        entry.kind,
                        answer.state,
                        answer.incarnation,
                        answer.queued,
                        answer.remainingBudget,
                        List.copyOf(children));
    }
}

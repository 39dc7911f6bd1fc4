package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import io.bastion.scheduler.Home;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** An actor with interceptors around what it is sent. A class of its own, so that the others pay nothing for it. */
final class InterceptedCell<M> extends ActorCell<M> {
    private InterceptedCell(
            ActorSystem system,
            @Nullable ActorCell<?> parent,
            @Nullable String name,
            ActorSpec.Template<M> template,
            Home home) {
        super(system, parent, name, template, home);
    }

    /** Creates one; named so that whoever calls this does not load the class before. */
    static <M> ActorCell<M> of(
            ActorSystem system,
            @Nullable ActorCell<?> parent,
            @Nullable String name,
            ActorSpec.Template<M> template,
            Home home) {
        return new InterceptedCell<>(system, parent, name, template, home);
    }

    /**
     * Sends a message through the interceptors.
     *
     * @param keeps whether the sender has a refused message still
     * @param end the way into the mailbox
     */
    private TellRun through(
            Object message, ContextView context, boolean keeps, BiFunction<Object, ContextView, TellResult> end) {
        return through(message, context, sender(), keeps, end);
    }

    private TellRun through(
            Object message,
            ContextView context,
            @Nullable ActorRef<?> sender,
            boolean keeps,
            BiFunction<Object, ContextView, TellResult> end) {
        TellRun run = new TellRun(template.interception().ofTells(), this, end);
        run.start(message, context);
        if (!run.reachedEnd()) {
            refused();
            if (!keeps || run.result() != TellResult.REFUSED) {
                deadLetter(message, sender, DeadLetter.Reason.INTERCEPTED);
            }
        }
        return run;
    }

    /** What the sender is told: nobody has accepted what did not get to the mailbox. */
    private static TellResult answer(TellRun run) {
        return run.reachedEnd() || !run.result().accepted() ? run.result() : TellResult.DROPPED;
    }

    @Override
    public TellResult tell(M message) {
        return tell(message, Context.empty());
    }

    @Override
    @SuppressWarnings("unchecked") // of the actor's type, as interceptors are told
    public TellResult tell(M message, ContextView context) {
        Objects.requireNonNull(message, "message: null (expected: a message)");
        Objects.requireNonNull(context, "context: null (expected: a ContextView)");
        return answer(
                through(message, context, true, (m, c) -> c.isEmpty() ? super.tell((M) m) : super.tell((M) m, c)));
    }

    @Override
    TellResult tellFromOutside(Object message, ContextView context) {
        return answer(through(message, context, null, true, (m, c) -> super.tellFromOutside(m, c)));
    }

    @Override
    @Nullable TellResult tellIfOpen(MessageNode node) {
        boolean[] closed = new boolean[1];
        ContextView context = node instanceof ContextNode carrier ? carrier.context() : Context.empty();
        TellRun run = through(node.message(), context, true, (m, c) -> {
            TellResult result =
                    super.tellIfOpen(node instanceof RoutedNode ? new RoutedNode(m, c) : Contexts.node(m, c));
            closed[0] = result == null;
            return result == null ? TellResult.TERMINATED : result;
        });
        return closed[0] ? null : answer(run);
    }

    @Override
    TellResult forwarded(Object message, ContextView context, PendingAsk<?, ?> ask) {
        return answer(through(message, context, true, (m, c) -> super.forwarded(m, c, ask)));
    }

    @Override
    @SuppressWarnings("unchecked") // of the actor's type, as interceptors are told
    public TellResult tellAll(List<? extends M> messages) {
        for (M message : messages) {
            Objects.requireNonNull(message, "message: null (expected: a message)");
        }
        List<MessageNode> passed = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            TellRun run = through(messages.get(i), Context.empty(), true, (m, c) -> {
                passed.add(Contexts.node(m, c));
                return TellResult.ACCEPTED;
            });
            if (!run.reachedEnd()) {
                return refuseOthers(messages, i, answer(run));
            }
        }
        return passed.isEmpty() ? super.tellAll(messages) : tellNodes(passed);
    }

    /** One was not passed on: the others are not sent, and become what it has become. */
    private TellResult refuseOthers(List<? extends M> messages, int but, TellResult result) {
        for (int i = 0; i < messages.size(); i++) {
            if (i != but) {
                refused();
                if (result != TellResult.REFUSED) {
                    deadLetter(messages.get(i), sender(), DeadLetter.Reason.INTERCEPTED);
                }
            }
        }
        return result;
    }

    @Override
    public Mono<Boolean> send(M message) {
        Objects.requireNonNull(message, "message: null (expected: a message)");
        return sendThrough(message, Contexts::node);
    }

    @Override
    Mono<Boolean> sendIfOpen(M message) {
        return sendThrough(message, RoutedNode::new);
    }

    private Mono<Boolean> sendThrough(M message, BiFunction<Object, ContextView, MessageNode> node) {
        return Mono.create(sink -> {
            TellRun run = through(
                    message,
                    Contexts.forOthers(sink.contextView()),
                    false,
                    (m, c) ->
                            SendMono.send(this, node.apply(m, c), sink) ? TellResult.ACCEPTED : TellResult.TERMINATED);
            if (!run.reachedEnd()) {
                sink.success(false);
            }
        });
    }

    @Override
    boolean isPulling() {
        return false;
    }

    @Override
    boolean fed(Object element, ContextView context, Feed<?> feed) {
        TellRun run = through(
                element, context, false, (m, c) -> fed(feed.node(m, c)) ? TellResult.ACCEPTED : TellResult.TERMINATED);
        if (run.reachedEnd()) {
            return run.end() == TellResult.ACCEPTED;
        }
        tellSystem(new ActorTask(feed.node(element, Context.empty())::done)); // gives its credit back
        return true;
    }

    @Override
    @Nullable RuntimeException request(Object message, ContextView context, PendingAsk<?, ?> ask) {
        Refusal refusal = new Refusal();
        TellRun run = through(message, Contexts.forOthers(context), true, (m, c) -> {
            RuntimeException why = super.request(m, c, ask);
            refusal.why = why;
            return why == null
                    ? TellResult.ACCEPTED
                    : why instanceof AskRefusedException ? TellResult.REFUSED : TellResult.TERMINATED;
        });
        return run.reachedEnd() ? refusal.why : AskRefusedException.intercepted(this);
    }

    /** Why a request did not get into the mailbox. */
    private static final class Refusal {
        private @Nullable RuntimeException why;
    }
}

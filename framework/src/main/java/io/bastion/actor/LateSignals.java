package io.bastion.actor;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What comes to a subscription when that is over: it is reported with the actor that it belongs to, and reaches none of
 * Reactor's global hooks, whose defaults log an error that names nobody.
 *
 * <p>Operators look for such hooks in the context of their subscriber, where these are put.
 */
final class LateSignals {
    private LateSignals() {}

    /** One for both keys: every asynchronous behavior has it. */
    private record Hook(TreeCell<?> cell) implements Consumer<Object> {
        @Override
        public void accept(Object late) {
            if (late instanceof Throwable error) {
                Report.late(cell, error);
            } else {
                Report.late(cell, late);
            }
        }
    }

    /** Adds the hooks of an actor to a context. */
    static Context in(Context context, TreeCell<?> cell) {
        Hook hook = new Hook(cell);
        return context.put(Contexts.ON_ERROR_DROPPED, hook).put(Contexts.ON_NEXT_DROPPED, hook);
    }

    /** Whether a context has what {@link AsyncHandler} gives it, and nothing else. */
    static boolean isOnlyOurs(ContextView context) {
        return context.size() == 3
                && context.hasKey(AskMono.ASKER)
                && context.hasKey(Contexts.ON_ERROR_DROPPED)
                && context.hasKey(Contexts.ON_NEXT_DROPPED);
    }

    /** A {@code Mono.create} whose answer may come when the subscriber has gone. */
    static <T> Mono<T> mono(TreeCell<?> cell, Consumer<MonoSink<T>> callback) {
        return Mono.create(callback).contextWrite(context -> unlessTheirs(context, cell));
    }

    /** The same for a flux. */
    static <T> Flux<T> flux(TreeCell<?> cell, Flux<T> created) {
        return created.contextWrite(context -> unlessTheirs(context, cell));
    }

    private static Context unlessTheirs(Context context, TreeCell<?> cell) {
        return hook(context) == null ? in(context, cell) : context;
    }

    /** Tells a subscriber's own hook of an error that comes too late for it, or the log. */
    static void error(TreeCell<?> cell, Throwable error, ContextView context) {
        Consumer<? super Throwable> own = hook(context);
        if (own == null) {
            Report.late(cell, error);
        } else {
            Report.guard(() -> own.accept(error));
        }
    }

    private static @Nullable Consumer<? super Throwable> hook(ContextView context) {
        return context.getOrDefault(Contexts.ON_ERROR_DROPPED, null);
    }
}

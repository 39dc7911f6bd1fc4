package io.bastion.actor;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** The interceptors around an actor and around those below it, outermost first. Immutable but for a cache. */
final class Interception {
    static final Interception NONE = new Interception(List.of(), List.of());

    private final List<Interceptor> own;
    private final List<Interceptor> below;
    private final List<Interceptor> tells;
    private final List<Interceptor> receives;

    /** The latest result of {@link #inherit}, so that actors of one kind share it; a race costs a copy. */
    private @Nullable Inherited<?> latest;

    private record Inherited<M>(ActorSpec.Template<M> from, ActorSpec.Template<M> made) {}

    private Interception(List<Interceptor> own, List<Interceptor> below) {
        this.own = own;
        this.below = below;
        tells = own.stream()
                .filter(i -> overrides(i, "tell", ActorRef.class, Object.class, Interceptor.TellChain.class))
                .toList();
        receives = own.stream()
                .filter(i -> overrides(i, "receive", ActorContext.class, Object.class, Interceptor.ReceiveChain.class)
                        || overrides(i, "signal", ActorContext.class, Signal.class, Interceptor.SignalChain.class))
                .toList();
    }

    private static boolean overrides(Interceptor interceptor, String method, Class<?>... parameters) {
        try {
            return interceptor.getClass().getMethod(method, parameters).getDeclaringClass() != Interceptor.class;
        } catch (NoSuchMethodException e) {
            return true; // its metadata have been stripped: it is called, whatever it does
        }
    }

    /** With these around the actor, inside those that there are. */
    Interception own(Interceptor... more) {
        return new Interception(both(own, checked(more)), below);
    }

    /** With these around all below the actor, inside those that there are. */
    Interception below(Interceptor... more) {
        return more.length == 0 ? this : new Interception(own, both(below, checked(more)));
    }

    static List<Interceptor> checked(Interceptor... interceptors) {
        for (Interceptor interceptor : interceptors) {
            Objects.requireNonNull(interceptor, "interceptor: null (expected: an Interceptor)");
        }
        return List.of(interceptors);
    }

    private static List<Interceptor> both(List<Interceptor> outer, List<Interceptor> inner) {
        return Stream.concat(outer.stream(), inner.stream()).toList();
    }

    /** A child's template with the interceptors that this actor has around all below it. */
    @SuppressWarnings("unchecked") // what was made from a template is of its type
    <T> ActorSpec.Template<T> inherit(ActorSpec.Template<T> child) {
        if (below.isEmpty()) {
            return child;
        }
        Inherited<?> known = latest;
        if (known != null && known.from == child) {
            return (ActorSpec.Template<T>) known.made;
        }
        Interception inner = child.interception();
        ActorSpec.Template<T> made = child.with(new Interception(both(below, inner.own), both(below, inner.below)));
        latest = new Inherited<>(child, made);
        return made;
    }

    /** Those that act when a message is sent. */
    List<Interceptor> ofTells() {
        return tells;
    }

    /** Those around all below that act when a message is sent to another node. */
    List<Interceptor> ofOutgoing() {
        return below.stream()
                .filter(i -> overrides(i, "outgoing", ActorRef.class, Object.class, ContextView.class))
                .toList();
    }

    /** A behavior with those around it that act on messages and signals; itself if there are none. */
    <M> Behavior<M> around(ActorCell<M> cell, Behavior<M> behavior) {
        return receives.isEmpty() ? behavior : InterceptedBehavior.of(receives, cell, behavior);
    }
}

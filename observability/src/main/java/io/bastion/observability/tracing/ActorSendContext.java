package io.bastion.observability.tracing;

import io.bastion.actor.ActorRef;
import io.bastion.actor.TellResult;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The sending of a message; its carrier becomes entries of the message's Reactor context. For one thread, until it is stopped. */
public final class ActorSendContext extends SenderContext<Map<String, String>> {
    private final String type;
    private final ActorRef<?> target;
    private final Object message;
    private @Nullable TellResult result;

    ActorSendContext(String type, ActorRef<?> target, Object message) {
        super((carrier, key, value) -> Objects.requireNonNull(carrier).put(key, value), Kind.PRODUCER);
        this.type = type;
        this.target = target;
        this.message = message;
        setCarrier(new HashMap<>(4));
    }

    /** The type of the actor that is to have the message. */
    public String type() {
        return type;
    }

    /** The actor that is to have the message, here or on another node. */
    public ActorRef<?> target() {
        return target;
    }

    /** The message. */
    public Object message() {
        return message;
    }

    /** What became of the message, in lower case: {@code sent} before that is known, and to another node. */
    public String result() {
        TellResult known = result;
        return known == null ? "sent" : known.name().toLowerCase(Locale.ROOT);
    }

    void result(TellResult known) {
        result = known;
    }

    Map<String, String> entries() {
        return Objects.requireNonNull(getCarrier());
    }
}

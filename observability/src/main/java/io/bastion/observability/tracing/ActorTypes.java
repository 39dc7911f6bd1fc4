package io.bastion.observability.tracing;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.RemoteActorRef;

/** Types of actors. */
final class ActorTypes {
    /** The type of an actor that no name says anything about. */
    static final String UNKNOWN = "anonymous";

    private ActorTypes() {}

    /** As meters have it; of an actor of another node, of which only the name may be known, that. */
    static String of(ActorRef<?> actor) {
        return actor instanceof RemoteActorRef ? byName(actor) : ActorSystem.typeOf(actor);
    }

    /**
     * The last name in an actor's path that is one, without the number at its end: {@code order} of {@code order-17}, and of an
     * actor without a name below it.
     */
    static String byName(ActorRef<?> actor) {
        String path = actor.path();
        int root = path.indexOf('/', path.indexOf("://") + 3);
        for (int end = path.length(); root >= 0 && end > root; ) {
            int start = path.lastIndexOf('/', end - 1);
            String name = withoutNumber(path, start + 1, end);
            if (!name.isEmpty()) {
                return name;
            }
            end = start;
        }
        return UNKNOWN;
    }

    private static String withoutNumber(String path, int start, int end) {
        if (start == end || path.charAt(start) == '$' || path.charAt(start) == '#') {
            return "";
        }
        int last = end;
        while (last > start && Character.isDigit(path.charAt(last - 1))) {
            last--;
        }
        while (last < end && last > start && "-_.~".indexOf(path.charAt(last - 1)) >= 0) {
            last--;
        }
        return path.substring(start, last);
    }
}

package io.bastion.cluster.endpoint;

import io.rsocket.exceptions.ApplicationErrorException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The routes of an endpoint. One name may stand for one route of each interaction. */
final class Routes {
    private final Map<Interaction, Map<String, Route>> routes = new EnumMap<>(Interaction.class);

    Routes() {
        for (Interaction interaction : Interaction.values()) {
            routes.put(interaction, new HashMap<>());
        }
    }

    Routes(Routes others) {
        others.routes.forEach((interaction, named) -> routes.put(interaction, Map.copyOf(named)));
    }

    void add(Interaction interaction, String name, Route route) {
        if (of(interaction).putIfAbsent(name, route) != null) {
            throw new IllegalArgumentException(
                    "route: \"" + name + "\" (expected: one that is not yet there for " + interaction + ")");
        }
    }

    /** Says nothing about which routes there are. */
    Route find(Interaction interaction, @Nullable String name) {
        Route route = name == null ? null : of(interaction).get(name);
        if (route == null) {
            throw new ApplicationErrorException("route: " + (name == null ? "none" : "\"" + name + "\"")
                    + " (expected: one of this endpoint for " + interaction + ")");
        }
        return route;
    }

    boolean has(String name) {
        return routes.values().stream().anyMatch(named -> named.containsKey(name));
    }

    @SuppressWarnings("NullAway") // there is one for each
    private Map<String, Route> of(Interaction interaction) {
        return routes.get(interaction);
    }
}

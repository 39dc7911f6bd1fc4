package io.bastion.observability.observer;

import io.bastion.actor.ActorSystem;
import io.bastion.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A handler with what tests ask of it. */
final class Page implements AutoCloseable {
    /** An answer may stand behind a hundred thousand events. */
    private static final Duration BOUND = Duration.ofSeconds(30);

    private static final JsonMapper MAPPER = new JsonMapper();

    final ObserverHandler handler;

    Page(ActorSystem system, ObserverSettings.Builder settings) {
        handler = ObserverHandler.of(system, settings.build());
    }

    Page(ActorSystem system) {
        this(system, ObserverSettings.builder());
    }

    ObserverResponse answer(ObserverRequest request) {
        return Objects.requireNonNull(handler.handle(request).block(BOUND));
    }

    int status(ObserverRequest request) {
        return answer(request).status();
    }

    JsonNode json(String target) {
        return json(answer(FakeRequest.get(target)));
    }

    static JsonNode json(ObserverResponse response) {
        return MAPPER.readTree(Objects.requireNonNull(response.body().blockFirst(BOUND)));
    }

    /** The data of an event of a stream. */
    static JsonNode data(byte[] event) {
        String text = new String(event, StandardCharsets.UTF_8);
        return MAPPER.readTree(text.substring(text.indexOf("data: ") + 6));
    }

    /** Waits until the page knows so many actors, as long as it gets to know others. */
    JsonNode whenKnown(int actors) {
        for (int known = known(); known != actors; known = known()) {
            int before = known;
            Await.until(actors + " actors are known, not " + before, () -> known() != before);
        }
        return found("limit=200");
    }

    private int known() {
        return found("limit=1").get("total").asInt();
    }

    /** All actors as a list. */
    JsonNode found(String query) {
        return json("/api/tree?sort=id&" + query);
    }

    String idOf(String name) {
        Await.until(name + " is known", () -> lineOf(name) != null);
        return Objects.requireNonNull(lineOf(name)).get("id").asString();
    }

    @Nullable JsonNode lineOf(String name) {
        for (JsonNode line : found("filter=" + name).get("lines")) {
            if (line.get("name").asString().equals(name)) {
                return line;
            }
        }
        return null;
    }

    @Override
    public void close() {
        handler.dispose();
    }
}

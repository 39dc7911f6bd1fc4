package io.bastion.examples.twins;

import io.bastion.actor.AskRefusedException;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A WebSocket on one device: what comes in are targets, what goes out is the twin whenever it changes, both as JSON.
 *
 * <p>The next target is read when the one before has been set, and the twin is sent as fast as the client takes it.
 */
@Component
final class LiveSocket implements WebSocketHandler {
    static final String PATH = "/devices/{id}/live";

    private static final PathPattern PATTERN = PathPatternParser.defaultInstance.parse(PATH);

    /** What 404 is over HTTP: codes from 4000 on are those of applications. */
    private static final CloseStatus UNKNOWN_DEVICE = new CloseStatus(4404, "unknown device");

    private final Twins twins;
    private final JsonMapper json;

    LiveSocket(Twins twins, JsonMapper json) {
        this.twins = twins;
        this.json = json;
    }

    @Override
    public Mono<Void> handle(WebSocketSession session) {
        return Mono.defer(() -> talk(session, device(session))).onErrorResume(failure -> close(session, failure));
    }

    private Mono<Void> talk(WebSocketSession session, DeviceId id) {
        // Failures are dealt with before anything is cancelled: that would close the connection without a reason
        Mono<Void> in = session.receive()
                .map(WebSocketMessage::getPayloadAsText)
                .concatMap(text -> setTarget(id, text).onErrorResume(failure -> close(session, failure)), 1)
                .then();
        Mono<Void> out = session.send(twins.follow(id).map(twin -> session.textMessage(json.writeValueAsString(twin))))
                .then(Mono.defer(() -> session.close(CloseStatus.GOING_AWAY)))
                .onErrorResume(failure -> close(session, failure));
        return Mono.firstWithSignal(in, out); // the end of either is that of both
    }

    private Mono<Void> setTarget(DeviceId id, String text) {
        return Mono.fromSupplier(() -> json.readValue(text, Target.class))
                .flatMap(target -> twins.setTarget(id, target))
                .then();
    }

    private static Mono<Void> close(WebSocketSession session, Throwable failure) {
        return session.close(statusOf(failure));
    }

    private static DeviceId device(WebSocketSession session) {
        PathContainer path =
                PathContainer.parsePath(session.getHandshakeInfo().getUri().getRawPath());
        PathPattern.PathMatchInfo match = PATTERN.matchAndExtract(path);
        if (match == null) {
            throw new IllegalArgumentException("path: " + path + " (expected: " + PATH + ")");
        }
        return new DeviceId(String.valueOf(match.getUriVariables().get("id")));
    }

    private static CloseStatus statusOf(Throwable failure) {
        if (failure instanceof UnknownDeviceException) {
            return UNKNOWN_DEVICE;
        }
        if (failure instanceof JacksonException || failure instanceof IllegalArgumentException) {
            return CloseStatus.BAD_DATA;
        }
        return failure instanceof AskRefusedException ? CloseStatus.SERVICE_OVERLOAD : CloseStatus.SERVER_ERROR;
    }
}

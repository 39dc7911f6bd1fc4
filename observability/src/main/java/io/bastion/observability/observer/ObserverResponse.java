package io.bastion.observability.observer;

import java.util.Map;
import reactor.core.publisher.Flux;

/**
 * What the page answers.
 *
 * @param status the status code
 * @param headers all headers but those of the connection and of the length
 * @param body the bytes; of a stream, each element is to be flushed. An element is made when it is requested, from what is new
 *     since the last one: a server that requests few ahead sends a slow client fewer and not older news
 * @param streaming whether the body goes on until the client leaves
 */
public record ObserverResponse(int status, Map<String, String> headers, Flux<byte[]> body, boolean streaming) {
    public ObserverResponse {
        headers = Map.copyOf(headers);
    }
}

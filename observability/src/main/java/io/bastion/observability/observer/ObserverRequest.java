package io.bastion.observability.observer;

import java.net.InetSocketAddress;
import java.util.Optional;

/** A request to the page, as the server that it came to sees it. */
public interface ObserverRequest {
    /** The method in upper case. */
    String method();

    /** The decoded path, with {@link ObserverSettings#basePath()}, without the query. */
    String path();

    /** The query as it was sent, without the question mark; empty if there is none. */
    String query();

    /**
     * The first value of a header.
     *
     * @param name in any case
     */
    Optional<String> header(String name);

    /** Where the connection comes from; empty if the server does not know, and then it counts as foreign. */
    Optional<InetSocketAddress> remoteAddress();
}

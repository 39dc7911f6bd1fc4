package io.bastion.observability.observer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request of a browser on this machine, of which each method changes a copy. */
record FakeRequest(
        String method,
        String path,
        String query,
        Map<String, String> headers,
        Optional<InetSocketAddress> remoteAddress)
        implements ObserverRequest {
    static FakeRequest get(String target) {
        int mark = target.indexOf('?');
        return new FakeRequest(
                "GET",
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? "" : target.substring(mark + 1),
                Map.of("host", "localhost:7080"),
                Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000)));
    }

    static FakeRequest post(String target) {
        FakeRequest get = get(target);
        return new FakeRequest("POST", get.path, get.query, get.headers, get.remoteAddress);
    }

    FakeRequest with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header.toLowerCase(Locale.ROOT), value);
        return new FakeRequest(method, path, query, more, remoteAddress);
    }

    FakeRequest from(String address) {
        return new FakeRequest(method, path, query, headers, Optional.of(new InetSocketAddress(address, 40_000)));
    }

    FakeRequest fromNowhere() {
        return new FakeRequest(method, path, query, headers, Optional.empty());
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }
}

package io.bastion.observability.observer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files that the page consists of. */
final class Assets {
    private static final String SCRIPT = "text/javascript;charset=UTF-8";

    private static final Map<String, ObserverResponse> FILES = Map.of(
            "/", file("index.html", "text/html;charset=UTF-8"),
            "/observer.css", file("observer.css", "text/css;charset=UTF-8"),
            "/observer.js", file("observer.js", SCRIPT),
            "/tree.js", file("tree.js", SCRIPT),
            "/panels.js", file("panels.js", SCRIPT),
            "/parts.js", file("parts.js", SCRIPT),
            "/icon.svg", file("icon.svg", "image/svg+xml"));

    private Assets() {}

    static Optional<ObserverResponse> at(String path) {
        return Optional.ofNullable(FILES.get(path));
    }

    private static ObserverResponse file(String name, String type) {
        try (@Nullable InputStream file = Assets.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("file: " + name + " (expected: in the jar of the page)");
            }
            return Responses.of(200, type, file.readAllBytes(), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

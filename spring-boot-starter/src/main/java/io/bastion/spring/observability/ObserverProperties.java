package io.bastion.spring.observability;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The page that shows the tree of actors.
 *
 * @param enabled Whether it is served, on the server of the application.
 * @param path Where it is.
 * @param actions Whether actors can be stopped, killed and restarted from it.
 * @param user The name for HTTP's basic authentication. Without it, and without a bean of ObserverAuthenticator, only who is on this
 *     machine is served.
 * @param password The password for it.
 */
@ConfigurationProperties("bastion.observer")
public record ObserverProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("/observer") String path,
        @DefaultValue("false") boolean actions,
        @Nullable String user,
        @Nullable String password) {
    public ObserverProperties {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("path: \"\" (expected: as /ops/actors)");
        }
        if ((user == null) != (password == null)) {
            throw new IllegalArgumentException("user and password: one without the other (expected: both, or none)");
        }
    }
}

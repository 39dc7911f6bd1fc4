package io.bastion.spring.actuator;

import io.bastion.spring.TreeHealth;
import io.bastion.spring.TreeHealth.Trouble;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of the tree of actors: {@code DOWN} when the system has terminated, {@code OUT_OF_SERVICE} while a critical actor does not
 * run, {@code DEGRADED} while others do not, {@code UP} otherwise. {@code DEGRADED} has no place in Spring Boot's order of statuses:
 * it shows here, and leaves the status of the application as it is, since an actor that is restarted is dealt with.
 */
final class ActorsHealthIndicator implements HealthIndicator {
    static final Status DEGRADED = new Status("DEGRADED");

    /** Actors that are shown; the number of all is beside them. */
    private static final int SHOWN = 10;

    private final TreeHealth tree;

    ActorsHealthIndicator(TreeHealth tree) {
        this.tree = tree;
    }

    @Override
    public Health health() {
        if (tree.isTerminated()) {
            return tree.failure().map(Health::down).orElseGet(Health::down).build();
        }
        List<String> missing = tree.missing();
        List<Trouble> troubles = tree.troubles();
        Health.Builder health = missing.isEmpty()
                ? Health.status(troubles.isEmpty() ? Status.UP : DEGRADED)
                : Health.outOfService().withDetail("missing", missing);
        if (!troubles.isEmpty()) {
            health.withDetail("troubled", troubles.size());
            health.withDetail("actors", shown(troubles));
        }
        return health.build();
    }

    private static Map<String, String> shown(List<Trouble> troubles) {
        Map<String, String> shown = new LinkedHashMap<>();
        troubles.stream()
                .sorted(Comparator.comparing(Trouble::path))
                .limit(SHOWN)
                .forEach(trouble -> shown.put(
                        trouble.path(),
                        trouble.cause().isEmpty()
                                ? trouble.state().toString()
                                : trouble.state() + ": " + trouble.cause()));
        return shown;
    }
}

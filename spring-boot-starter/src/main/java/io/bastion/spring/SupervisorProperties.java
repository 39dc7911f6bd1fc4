package io.bastion.spring;

import io.bastion.actor.SupervisorSpec;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Strategy;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of a supervisor.
 *
 * @param strategy Who is restarted with an actor that fails.
 * @param maxRestarts Restarts that are borne within the window. At one more the supervisor fails itself.
 * @param window The sliding window in which restarts are counted.
 */
@ConfigurationPropertiesSource
public record SupervisorProperties(
        @DefaultValue("one-for-one") Strategy strategy,
        @DefaultValue("3") int maxRestarts,
        @DefaultValue("5s") Duration window) {
    static final SupervisorProperties DEFAULT =
            new SupervisorProperties(Strategy.ONE_FOR_ONE, Budget.DEFAULT.maxRestarts(), Budget.DEFAULT.window());

    Budget budget() {
        return Budget.of(maxRestarts, window);
    }

    SupervisorSpec spec(String name) {
        return SupervisorSpec.named(name).strategy(strategy).budget(budget());
    }
}

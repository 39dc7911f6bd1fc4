package io.bastion.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Silence of loggers, for tests in which errors are expected; lasts until it is closed. */
public final class Logs implements AutoCloseable {
    private final Logger[] loggers;
    private final @Nullable Level[] levels;

    private Logs(Logger[] loggers) {
        this.loggers = loggers;
        this.levels = Arrays.stream(loggers).map(Logger::getLevel).toArray(Level[]::new);
        for (Logger logger : loggers) {
            logger.setLevel(Level.OFF);
        }
    }

    /** Silences the loggers of some classes. */
    public static Logs silence(Class<?>... owners) {
        return new Logs(Arrays.stream(owners)
                .map(owner -> (Logger) LoggerFactory.getLogger(owner))
                .toArray(Logger[]::new));
    }

    @Override
    public void close() {
        for (int i = 0; i < loggers.length; i++) {
            loggers[i].setLevel(levels[i]);
        }
    }
}

package io.bastion.bridge;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What {@link Late} logs while this is open; it is not printed. */
final class LateLog implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger(Late.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    LateLog() {
        logger.setAdditive(false);
        logger.setLevel(Level.ALL);
        logger.addAppender(log);
        log.start();
    }

    /** The messages of the errors. */
    List<String> errors() {
        return List.copyOf(log.list).stream()
                .map(event -> event.getThrowableProxy().getMessage())
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(log);
        logger.setAdditive(true);
        logger.setLevel(Level.OFF);
    }
}

package io.bastion.actor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runtime's log. An appender that throws changes nothing. */
final class Report {
    private static final Logger LOG = LoggerFactory.getLogger("io.bastion.actor");

    private static final int SHOWN = 200;

    private Report() {}

    static void warn(String message, Object argument) {
        try {
            LOG.warn(message, argument);
        } catch (Throwable t) {
            // nowhere left to report it
        }
    }

    static void lint(String finding) {
        warn("settings defeat each other: {}", finding);
    }

    /** Runs what may end in code of a user, whose failure must not stop what is done besides. */
    static void guard(Runnable work) {
        try {
            work.run();
        } catch (Throwable t) {
            warn("a subscriber failed", t);
        }
    }

    static void failure(TreeCell<?> cell, Throwable cause, String decision) {
        try {
            if (LOG.isErrorEnabled()) {
                LOG.error("{} failed, {}", cell.shownPath(), decision, cause);
            }
        } catch (Throwable t) {
            // nowhere left to report it
        }
    }

    /** Something came to a subscription of an actor's that was over. */
    static void late(TreeCell<?> cell, Throwable error) {
        try {
            LOG.warn("{}: an error came when its subscriber had gone", cell.shownPath(), error);
        } catch (Throwable t) {
            // nowhere left to report it
        }
    }

    /** The same for an element. */
    static void late(TreeCell<?> cell, Object element) {
        try {
            if (LOG.isDebugEnabled()) {
                LOG.debug("{}: an element came when its subscriber had gone: {}", cell.shownPath(), shown(element));
            }
        } catch (Throwable t) {
            // nowhere left to report it
        }
    }

    /** A message of a user in a text of ours: short, whatever its {@code toString} does. */
    static String shown(Object message) {
        try {
            String text = message.toString();
            return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
        } catch (Throwable t) {
            return message.getClass().getName();
        }
    }
}

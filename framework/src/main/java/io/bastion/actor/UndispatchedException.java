package io.bastion.actor;

import org.jspecify.annotations.Nullable;

/**
 * A request went to no member of a group: there is no such group, it has no living member, or its dispatcher failed; the last
 * has a cause.
 */
public final class UndispatchedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String group;

    private UndispatchedException(String group, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.group = group;
    }

    static UndispatchedException noGroup(String name) {
        return new UndispatchedException(name, "group: \"" + name + "\" (expected: the name of a living group)", null);
    }

    static UndispatchedException noMember(String name) {
        return new UndispatchedException(
                name, "group: \"" + name + "\" has no living member (expected: at least one)", null);
    }

    static UndispatchedException dispatcherFailed(String name, Throwable cause) {
        return new UndispatchedException(name, "group: dispatcher of \"" + name + "\" failed: " + cause, cause);
    }

    /** The name of the group. */
    public String group() {
        return group;
    }
}

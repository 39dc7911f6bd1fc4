package io.bastion.spring;

import java.util.function.Supplier;

/** A setting of actors with which the application cannot start. Its message says which, and what was expected. */
public final class InvalidSettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String setting;

    /**
     * Says what is wrong.
     *
     * @param setting the property, or what else has been set
     * @param reason what it is, with what is expected
     */
    InvalidSettingException(String setting, String reason) {
        super(setting + ": " + reason);
        this.setting = setting;
    }

    /** The property, or what else has been set. */
    public String setting() {
        return setting;
    }

    /** Makes what a builder refuses a refusal of the setting that it comes from. */
    public static <T> T checking(String setting, Supplier<T> use) {
        try {
            return use.get();
        } catch (IllegalArgumentException e) {
            InvalidSettingException invalid = new InvalidSettingException(setting, String.valueOf(e.getMessage()));
            invalid.initCause(e);
            throw invalid;
        }
    }
}

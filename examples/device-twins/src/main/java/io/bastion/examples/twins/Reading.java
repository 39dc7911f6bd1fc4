package io.bastion.examples.twins;

/**
 * What a device has measured.
 *
 * @param celsius the temperature
 */
record Reading(double celsius) {
    private static final String PREFIX = "T=";

    /**
     * Reads what the firmware of a device sends: {@code T=19.5}.
     *
     * @throws IllegalArgumentException for anything else
     */
    static Reading parse(String payload) {
        if (!payload.startsWith(PREFIX)) {
            throw new IllegalArgumentException("payload: \"" + payload + "\" (expected: T=<celsius>)");
        }
        return new Reading(Double.parseDouble(payload.substring(PREFIX.length())));
    }
}

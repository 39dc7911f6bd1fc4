package io.bastion.examples.twins;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The name of a device, and of its actor.
 *
 * @param value 1 to 64 letters of ASCII, digits and {@code - _ .}
 */
public record DeviceId(@JsonValue String value) implements Comparable<DeviceId> {
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public DeviceId {
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "device: \"" + value + "\" (expected: 1 to 64 letters, digits and - _ .)");
        }
    }

    @Override
    public int compareTo(DeviceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

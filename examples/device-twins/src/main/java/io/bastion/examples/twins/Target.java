package io.bastion.examples.twins;

/**
 * What a device is told to do: the body of the command.
 *
 * @param celsius the temperature that it is to reach, from 5 to 30
 */
public record Target(double celsius) {
    public Target {
        if (!(celsius >= 5 && celsius <= 30)) { // NaN is neither
            throw new IllegalArgumentException("celsius: " + celsius + " (expected: 5 to 30)");
        }
    }
}

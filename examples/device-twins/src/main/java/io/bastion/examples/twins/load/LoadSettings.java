package io.bastion.examples.twins.load;

import java.time.Duration;

/**
 * What load there is to be.
 *
 * @param url where the application is
 * @param devices devices that report at a time
 * @param bad how many of them send garbage
 * @param badEvery each how manieth reading of those is garbage
 * @param pause how long a device waits between an answer and its next reading
 * @param time how long it all lasts
 */
public record LoadSettings(String url, int devices, int bad, int badEvery, Duration pause, Duration time) {
    static final LoadSettings DEFAULT =
            new LoadSettings("http://localhost:8080", 64, 2, 20, Duration.ZERO, Duration.ofSeconds(10));

    /**
     * Reads arguments of the shape {@code --name=value}.
     *
     * @throws IllegalArgumentException for one that is not known
     */
    static LoadSettings parse(String... args) {
        LoadSettings s = DEFAULT;
        for (String arg : args) {
            String[] parts = arg.split("=", 2);
            String value = parts.length == 2 ? parts[1] : "";
            s = switch (parts[0]) {
                case "--url" -> new LoadSettings(value, s.devices, s.bad, s.badEvery, s.pause, s.time);
                case "--devices" ->
                    new LoadSettings(s.url, Integer.parseInt(value), s.bad, s.badEvery, s.pause, s.time);
                case "--bad" ->
                    new LoadSettings(s.url, s.devices, Integer.parseInt(value), s.badEvery, s.pause, s.time);
                case "--bad-every" ->
                    new LoadSettings(s.url, s.devices, s.bad, Integer.parseInt(value), s.pause, s.time);
                case "--pause-ms" ->
                    new LoadSettings(
                            s.url, s.devices, s.bad, s.badEvery, Duration.ofMillis(Long.parseLong(value)), s.time);
                case "--seconds" ->
                    new LoadSettings(
                            s.url, s.devices, s.bad, s.badEvery, s.pause, Duration.ofSeconds(Long.parseLong(value)));
                default ->
                    throw new IllegalArgumentException("argument: " + arg
                            + " (expected: --url=, --devices=, --bad=, --bad-every=, --pause-ms= or --seconds=)");
            };
        }
        return s;
    }
}

package io.bastion.cluster;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses of the form {@code host:port}. */
final class Addresses {
    private static final Pattern FORM = Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[^:\\s]{1,253}):(\\d{1,5})");

    private Addresses() {}

    static boolean isValid(String address) {
        Matcher matcher = FORM.matcher(address);
        return matcher.matches() && isPort(Integer.parseInt(matcher.group(2)));
    }

    static boolean isPort(int port) {
        return port > 0 && port < 65_536;
    }

    static Set<String> check(String field, Collection<String> addresses) {
        for (String address : addresses) {
            if (!isValid(address)) {
                throw new IllegalArgumentException(field + ": " + address + " (expected: host:port)");
            }
        }
        return new LinkedHashSet<>(addresses);
    }

    static Set<String> union(Set<String> some, Set<String> others) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(others);
        return all;
    }
}

package io.bastion.observability;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The tables of meters and tags in Markdown. */
final class MeterTable {
    private static final String BEGIN = "<!-- meters: generated -->\n";
    private static final String END = "<!-- meters: end -->\n";

    private MeterTable() {}

    /** A text with the tables as they should be. */
    static String in(String text) {
        int from = text.indexOf(BEGIN) + BEGIN.length();
        return text.substring(0, from) + "\n" + tables() + "\n" + text.substring(text.indexOf(END));
    }

    private static String tables() {
        StringBuilder out = new StringBuilder();
        out.append(of(BastionMeters.values()))
                .append('\n')
                .append(of(ClusterMeters.values()))
                .append('\n');
        out.append("| Tag | Values |\n|---|---|\n");
        for (MeterKey key : MeterKey.values()) {
            out.append("| `")
                    .append(key.asString())
                    .append("` | ")
                    .append(key.meaning())
                    .append(" |\n");
        }
        return out.toString();
    }

    private static String of(BastionMeter[] meters) {
        return "| Meter | Type | Unit | Tags | What it is |\n|---|---|---|---|---|\n"
                + Arrays.stream(meters).map(MeterTable::row).collect(Collectors.joining());
    }

    private static String row(BastionMeter meter) {
        String tags = Arrays.stream(meter.getKeyNames())
                .map(key -> "`" + key.asString() + "`")
                .collect(Collectors.joining(", "));
        String unit =
                meter.getType() == io.micrometer.core.instrument.Meter.Type.TIMER ? "seconds" : meter.getBaseUnit();
        return "| `" + meter.getName() + "` | " + meter.getType().name().toLowerCase(Locale.ROOT) + " | " + unit + " | "
                + tags + " | " + meter.description() + " |\n";
    }
}

package io.bastion.actor;

/**
 * How many members a group is to have: a function of its settings, its load and its past.
 *
 * <p>The two thresholds and the rates are those of Bastion's resizer, which took them from Akka's.
 */
final class ResizeDecision {
    /**
     * What the members do at one moment.
     *
     * @param members how many there are
     * @param queued messages in all their mailboxes
     * @param maxQueued in the fullest of them
     * @param busy members that have anything to do
     */
    record Load(int members, long queued, long maxQueued, int busy) {
        double utilisation() {
            return members == 0 ? 0 : (double) busy / members;
        }

        double meanQueued() {
            return members == 0 ? 0 : (double) queued / members;
        }
    }

    private ResizeDecision() {}

    /**
     * The number of members to have.
     *
     * @param cooling whether the last change is so recent that there is to be no other
     */
    static int members(Resizer.Settings s, Load load, boolean cooling) {
        int n = load.members;
        if (n < s.lower() || n > s.upper()) {
            return Math.max(s.lower(), Math.min(s.upper(), n));
        }
        if (cooling) {
            return n;
        }
        if (isTooMuch(s, load)) {
            double more = Math.ceil(n * s.upscaleRate());
            return (int) Math.min(s.upper(), n + more);
        }
        if (load.utilisation() < s.downscaleBelow() && s.downscaleRate() > 0) {
            double fewer = Math.max(1, Math.floor(n * s.downscaleRate()));
            return (int) Math.max(s.lower(), n - fewer);
        }
        return n;
    }

    private static boolean isTooMuch(Resizer.Settings s, Load load) {
        return switch (s.measure()) {
            case MEAN_QUEUED -> load.meanQueued() >= s.threshold();
            case MAX_QUEUED -> load.maxQueued >= s.threshold();
            case UTILISATION -> load.utilisation() >= s.threshold();
        };
    }
}

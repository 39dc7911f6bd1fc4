package io.bastion.supervision;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Children named by letters, who do nothing but note what they are told. */
final class FakeChildren implements Children<String> {
    final List<String> told = new ArrayList<>();
    final List<String> alive;
    private final Map<String, Restart> policies = new HashMap<>();
    private final Map<String, RestartHistory> histories = new HashMap<>();
    long now;

    /** Who has something to go on with. */
    boolean canResume = true;

    FakeChildren(String... names) {
        alive = new ArrayList<>(List.of(names));
    }

    FakeChildren policy(String child, Restart policy) {
        policies.put(child, policy);
        return this;
    }

    /** What was told since the last time. */
    String takeTold() {
        String text = String.join(", ", told);
        told.clear();
        return text;
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public double random() {
        return 0;
    }

    @Override
    public Restart policy(String child) {
        return policies.getOrDefault(child, Restart.transientOnFailure());
    }

    @Override
    public RestartHistory history(String child) {
        return histories.computeIfAbsent(child, c -> new RestartHistory(policy(c)));
    }

    @Override
    public List<String> inStartOrder() {
        return List.copyOf(alive);
    }

    @Override
    public boolean isGone(String child) {
        return !alive.contains(child);
    }

    @Override
    public boolean canResume(String child) {
        return canResume;
    }

    @Override
    public void resume(String child) {
        told.add("resume " + child);
    }

    @Override
    public void restart(String child, long delayNanos) {
        told.add("restart " + child + (delayNanos == 0 ? "" : " in " + delayNanos));
    }

    @Override
    public void suspend(String child, long delayNanos) {
        told.add("suspend " + child);
    }

    @Override
    public void start(String child) {
        told.add("start " + child);
    }

    @Override
    public void remove(String child) {
        told.add("remove " + child);
    }

    @Override
    public void stayDown(String child, @Nullable Throwable cause, WhyDown why) {
        told.add("down " + child + " " + why);
    }

    @Override
    public void delay(long delayNanos) {
        told.add("delay " + delayNanos);
    }

    @Override
    public void cancelDelay() {
        told.add("cancel delay");
    }

    @Override
    public void giveUp(String child, Throwable cause) {
        told.add("give up " + child + " " + cause.getMessage());
    }
}

package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Seed;
import io.bastion.testing.TestSystem;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ChildNamesTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private ActorCell<?> cell(String name) {
        return (ActorCell<?>) test.spawn(ActorSpec.of(name, () -> Behavior.receive((context, message) -> {})));
    }

    @Test
    void randomSteps_giveWhatAMapOfTheLibraryGives() {
        long seed = Seed.of("ChildNamesTest");
        Random random = new Random(seed);
        Map<String, ActorCell<?>> cells = new HashMap<>();
        Map<String, ActorCell<?>> expected = new HashMap<>();
        ChildNames names = new ChildNames();
        for (int step = 0; step < 20_000; step++) {
            String name = name(random.nextInt(300));
            ActorCell<?> cell = cells.computeIfAbsent(name, this::cell);
            // times of growth and times of decline, so that the table is full at one time and nearly empty at another
            if (random.nextInt(10) < (step / 2_000 % 2 == 0 ? 7 : 2)) {
                assertThat(names.add(name, cell)).isEqualTo(expected.putIfAbsent(name, cell) == null);
            } else {
                names.remove(name, cell);
                expected.remove(name);
            }
            String other = name(random.nextInt(300));
            assertThat(names.get(other)).as("step %d, seed %d", step, seed).isSameAs(expected.get(other));
        }
        for (int i = 0; i < 300; i++) {
            assertThat(names.get(name(i))).as("seed %d", seed).isSameAs(expected.get(name(i)));
        }
    }

    /** Names of which many have the same hash code. */
    private static String name(int i) {
        StringBuilder name = new StringBuilder();
        for (int bit = 0; bit < 9; bit++) {
            name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return i % 2 == 0 ? name.toString() : "n" + i;
    }

    @Test
    void anotherCellOfTheName_isNotRemoved() {
        ActorCell<?> first = cell("a");
        ChildNames names = new ChildNames();
        assertThat(names.add("a", first)).isTrue();
        first.stop();
        TestSystem.end(first);
        ActorCell<?> second = cell("a");
        assertThat(names.add("a", second)).isFalse();
        names.remove("a", second);
        assertThat(names.get("a")).isSameAs(first);
    }
}

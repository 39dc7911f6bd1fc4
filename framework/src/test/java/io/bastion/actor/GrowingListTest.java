package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.testing.Conditions;
import io.bastion.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Lists that are made from each other. */
class GrowingListTest {
    private static GrowingList<Integer> upTo(int n) {
        GrowingList<Integer> list = GrowingList.empty();
        for (int i = 0; i < n; i++) {
            list = list.plus(i);
        }
        return list;
    }

    @Test
    void listsOfAnyDescent_areThoseOfASimpleModel() {
        SplittableRandom random = new SplittableRandom(Seed.of("GrowingListTest"));
        List<GrowingList<Integer>> lists = new ArrayList<>(List.of(GrowingList.<Integer>empty()));
        List<List<Integer>> models = new ArrayList<>(List.of(List.<Integer>of()));
        for (int i = 0; i < 3_000; i++) {
            int from = random.nextInt(3) == 0 ? random.nextInt(lists.size()) : lists.size() - 1;
            List<Integer> model = new ArrayList<>(models.get(from));
            GrowingList<Integer> list = lists.get(from);
            if (!model.isEmpty() && random.nextInt(10) == 0) {
                Integer gone = model.get(random.nextInt(model.size()));
                model.remove(gone);
                list = list.minus(gone);
            } else {
                Integer added = 1_000 + i; // each of its own identity
                model.add(added);
                list = list.plus(added);
            }
            lists.add(list);
            models.add(model);
        }
        assertThat(lists).isEqualTo(models);
    }

    @Test
    void additionsToOneListByTwoThreads_doNotMeet() throws InterruptedException {
        for (int round = 0; round < 2_000; round++) {
            GrowingList<Integer> list = upTo(5); // there is room for one more
            CountDownLatch ready = new CountDownLatch(2);
            List<List<Integer>> results = new ArrayList<>(List.of(List.<Integer>of(), List.<Integer>of()));
            Thread other = new Thread(() -> {
                ready.countDown();
                Conditions.await(ready);
                results.set(0, list.plus(100));
            });
            other.start();
            ready.countDown();
            Conditions.await(ready);
            results.set(1, list.plus(200));
            other.join();
            assertThat(results).containsExactly(List.of(0, 1, 2, 3, 4, 100), List.of(0, 1, 2, 3, 4, 200));
        }
    }

    @Test
    void elementsOfALongerList_areNotSeen() {
        GrowingList<Integer> list = upTo(4);
        assertThat(list.plus(4).plus(5)).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(list).containsExactly(0, 1, 2, 3);
        assertThatThrownBy(() -> list.get(4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(GrowingList.empty()).isEmpty();
    }
}

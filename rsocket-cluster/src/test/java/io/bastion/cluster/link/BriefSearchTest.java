package io.bastion.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BriefSearchTest {
    private static final long SEARCH = 30_000;

    private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - SEARCH / 2); // it overflows meanwhile
    private final AtomicInteger events = new AtomicInteger();
    private final BriefSearch search = new BriefSearch(SEARCH, time::get);

    private int next(boolean hasTasks) throws Exception {
        return search.calculateStrategy(events::get, hasTasks);
    }

    private void pass(long nanos) {
        time.addAndGet(nanos);
    }

    @Test
    void loopWithNothingToDo_looksForAWhile_thenSleeps() throws Exception {
        assertThat(next(false)).isEqualTo(SelectStrategy.CONTINUE);
        pass(SEARCH - 1);
        assertThat(next(false)).isEqualTo(SelectStrategy.CONTINUE);
        pass(1);
        assertThat(next(false)).isEqualTo(SelectStrategy.SELECT);
    }

    @Test
    void eachSleep_isAfterASearchOfItsOwn() throws Exception {
        next(false);
        pass(SEARCH);
        assertThat(next(false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(next(false)).isEqualTo(SelectStrategy.CONTINUE);
        pass(SEARCH);
        assertThat(next(false)).isEqualTo(SelectStrategy.SELECT);
    }

    @Test
    void events_areTaken_andTheSearchBeginsAnew() throws Exception {
        next(false);
        pass(SEARCH - 1);
        events.set(3);
        assertThat(next(false)).isEqualTo(3);
        events.set(0);
        pass(SEARCH);
        assertThat(next(false)).isEqualTo(SelectStrategy.CONTINUE);
    }

    @Test
    void tasks_goBeforeTheSearch_whichBeginsAnew() throws Exception {
        next(false);
        pass(SEARCH);
        assertThat(next(true)).isZero();
        pass(SEARCH);
        assertThat(next(false)).isEqualTo(SelectStrategy.CONTINUE);
    }
}

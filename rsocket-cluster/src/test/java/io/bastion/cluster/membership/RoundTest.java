package io.bastion.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundTest {
    private final Round round = new Round();

    @Test
    void answer_toTheLastQuestion_countsOnce() {
        long first = round.begin(1, List.of());
        long second = round.begin(1, List.of());
        assertThat(round.answered(2, first)).isFalse();
        assertThat(round.answered(2, second)).isTrue();
        assertThat(round.answered(2, second)).isFalse();
        assertThat(round.answers()).as("with its own").isEqualTo(2);
    }

    @Test
    void answer_afterTheEnd_doesNotCount() {
        long question = round.begin(1, List.of());
        round.end();
        assertThat(round.answered(2, question)).isFalse();
    }

    @Test
    void answers_ofAnEarlierRound_areForgotten() {
        round.answered(2, round.begin(1, List.of()));
        round.begin(1, List.of());
        assertThat(round.answers()).isEqualTo(1);
    }

    @Test
    void round_thatNobodyAnswers_isOverdueAfterAWhile() {
        round.begin(1, List.of());
        int ticks = 1;
        while (!round.isOverdue()) {
            ticks++;
        }
        assertThat(ticks).isBetween(2, 5);
        round.begin(1, List.of());
        assertThat(round.isOverdue()).as("anew").isFalse();
    }
}

package dev.marmita.runner.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The gateway's test reads the same id: what is written here and what is read there must agree. */
class TaskIdTest {

    @Test
    void isWhatTheGatewayReads() {
        RandomGenerator zeros = () -> 0;

        assertThat(TaskId.fresh(zeros, "receipts-3-x7k2p"))
                .isEqualTo("0000000000000000000000000000000080aced2229231871a5fd3624");
    }

    @Test
    void isAnotherEachTimeAndNamesNoReplicaInPlainText() {
        SecureRandom random = new SecureRandom();
        String one = TaskId.fresh(random, "receipts-3-x7k2p");

        assertThat(one)
                .matches("[0-9a-f]{56}")
                .isNotEqualTo(TaskId.fresh(random, "receipts-3-x7k2p"));
    }
}

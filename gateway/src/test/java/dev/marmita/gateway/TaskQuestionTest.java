package dev.marmita.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TaskQuestionTest {

    /** As the runner makes it; its test makes the same one. */
    private static final String ID = "0000000000000000000000000000000080aced2229231871a5fd3624";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/survey/status?task_id=" + ID,
                "/survey/get?task_id=" + ID,
                "/survey/retry?x=1&task_id=" + ID,
                "/a/b/cancel?task_id=" + ID + "&task_id=other"
            })
    void findsTheReplicaThatTheRunnerNamed(String target) {
        assertThat(TaskQuestion.holder(target)).isEqualTo(TaskQuestion.sign("receipts-3-x7k2p"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/survey/submit?task_id=" + ID,
                "/status?task_id=" + ID,
                "/survey/status",
                "/survey/status?task=" + ID,
                "/survey/status?task_id=",
                "/survey/status?task_id=other&task_id=" + ID,
                "/survey/status?task_id=1" + ID,
                "/survey/status?task_id=" + ID + "0",
                // One digit is another: no id that was ever given.
                "/survey/status?task_id=1000000000000000000000000000000080aced2229231871a5fd3624",
                "/survey/status?task_id=0000000000000000000000000000000080aced2229231872a5fd3624",
                "/survey/status?task_id=0000000000000000000000000000000080ACED2229231871A5FD3624"
            })
    void takesNothingElseForAQuestion(String target) {
        assertThat(TaskQuestion.holder(target)).isNull();
    }
}

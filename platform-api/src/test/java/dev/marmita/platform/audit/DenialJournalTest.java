package dev.marmita.platform.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.platform.access.Denials.Denial;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Somebody who knocks a million times costs as much as somebody who knocks once. */
class DenialJournalTest {

    private final AtomicInteger connects = new AtomicInteger();
    private final DenialJournal journal =
            new DenialJournal(
                    JdbcClient.create(source()), JsonMapper.shared(), InstantSource.system());

    @Test
    void aFloodIsWrittenRarelyAndKeepsLittle() {
        for (int i = 0; i < 200_000; i++) {
            journal.denied(
                    new Denial("unknown", "", "CALL", "", "acme/x" + i, "no", "10.0.0.1", 401));
        }
        assertThat(journal.kept()).isEqualTo(51);

        journal.write();
        assertThat(connects).as("written at once, when it began").hasPositiveValue();
        int before = connects.get();
        for (int window = 0; window < 3; window++) {
            knock(200);
            journal.write();
        }
        assertThat(connects.get() - before)
                .as("in three windows of a flood it writes once")
                .isEqualTo(1);
    }

    @Test
    void aDatabaseThatIsGoneHurtsNobody() {
        knock(1);
        journal.write();
        assertThat(journal.kept()).isZero();
    }

    private void knock(int times) {
        for (int i = 0; i < times; i++) {
            journal.denied(new Denial("unknown", "", "CALL", "", "x" + i, "no", "10.0.0.1", 401));
        }
    }

    private DataSource source() {
        return (DataSource)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "getConnection" -> refuse();
                                    case "hashCode" -> 1;
                                    case "equals" -> proxy == arguments[0];
                                    default -> "none";
                                });
    }

    private Connection refuse() throws SQLException {
        connects.incrementAndGet();
        throw new SQLException("the database is gone");
    }
}

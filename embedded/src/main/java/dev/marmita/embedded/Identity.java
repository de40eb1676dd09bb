package dev.marmita.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Who PostgreSQL runs as. It refuses to be root, so a root platform starts it in a user namespace (where root's
 * files stay readable and the uid is nobody's) or, where those are off, as the user nobody.
 *
 * @param prefix goes before every PostgreSQL command
 * @param uid who must own the data folder; -1 where it is whoever runs the platform
 */
record Identity(List<String> prefix, int uid) {
    private static final int NOBODY = 65534;
    private static final Identity ORDINARY = new Identity(List.of(), -1);

    static Identity choose(Path home) {
        return answersAsOrdinaryUser(List.of())
                ? ORDINARY
                : chooseForRoot(
                        home,
                        List.of("unshare", "-U"),
                        List.of(
                                "setpriv",
                                "--reuid=" + NOBODY,
                                "--regid=" + NOBODY,
                                "--clear-groups"));
    }

    /** The two ways are arguments so that a test can take one away. */
    static Identity chooseForRoot(Path home, List<String> namespace, List<String> nobody) {
        if (answersAsOrdinaryUser(namespace)) {
            return new Identity(namespace, 0);
        }
        if (answersAsOrdinaryUser(nobody)) {
            if (!canEnter(nobody, home)) {
                throw new EmbeddedStartException(
                        ("PostgreSQL must run as the user nobody here, who cannot enter %s. Give the platform a home"
                                        + " outside of private folders (MARMITA_HOME), or run it as an ordinary user.")
                                .formatted(home));
            }
            return new Identity(nobody, NOBODY);
        }
        throw new EmbeddedStartException(
                "PostgreSQL refuses to run as root, and neither 'unshare -U' nor 'setpriv' works here."
                        + " Run the platform as an ordinary user, or give it a PostgreSQL of your own.");
    }

    boolean ownsByChange() {
        return uid > 0;
    }

    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return List.copyOf(whole);
    }

    private static boolean answersAsOrdinaryUser(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("id", "-u"));
        String answer = answer(command).strip();
        return answer.matches("[0-9]+") && !answer.equals("0");
    }

    private static boolean canEnter(List<String> prefix, Path folder) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("sh", "-c", "cd \"$0\" && echo yes", folder.toString()));
        return answer(command).strip().equals("yes");
    }

    private static String answer(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(false)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readNBytes(1_000), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "";
            }
            return process.exitValue() == 0 ? output : "";
        } catch (IOException missing) {
            return "";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}

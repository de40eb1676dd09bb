package dev.marmita.cli.command;

/** What the command's exit status says. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int NOT_FOUND = 3;
    public static final int NOT_REACHABLE = 4;
    public static final int NOT_ALLOWED = 5;
    public static final int CONFLICT = 6;

    /** As {@code --help} shows it. */
    public static final String[] LIST = {
        "0:what was asked for was done",
        "1:it failed; the message says why",
        "2:the command line is wrong",
        "3:there is no such thing",
        "4:no platform answers",
        "5:the token is missing, wrong or may not do this",
        "6:it conflicts with what is there"
    };

    private ExitCode() {}

    static int of(int httpStatus) {
        return switch (httpStatus) {
            case 404 -> NOT_FOUND;
            case 401, 403 -> NOT_ALLOWED;
            case 409, 412 -> CONFLICT;
            default -> FAILED;
        };
    }
}

package dev.marmita.cli.api;

/** The platform answered, and the answer is an error. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Problem problem;

    public ApiException(Problem problem) {
        super(problem.detail().isEmpty() ? "HTTP status " + problem.status() : problem.detail());
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }

    public boolean isNotFound() {
        return problem.status() == 404;
    }
}

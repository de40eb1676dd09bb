package dev.marmita.runner.http;

/** What a failure tells about the state of the process. */
final class Memory {

    private Memory() {}

    /**
     * Whether the heap, the classes' space or the threads ran out: then it may have hit any thread in any
     * place, and nothing is sure any more. An array beyond all limits, or direct memory beyond its own
     * limit, is refused to whoever asked for it, and only to him.
     */
    static boolean ranOut(Throwable failure) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (one instanceof OutOfMemoryError e) {
                String message = String.valueOf(e.getMessage());
                return !message.contains("exceeds VM limit")
                        && !message.contains("direct memory")
                        && !message.contains("direct buffer memory");
            }
            if (one instanceof InternalError) {
                return true;
            }
        }
        return false;
    }
}

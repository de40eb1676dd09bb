package dev.marmita.gateway;

import org.jspecify.annotations.Nullable;

/**
 * What a request target must be so that every server behind the gateway reads it the same way: origin
 * form, visible ASCII, complete percent-encodings, no segment that climbs, no hidden control character.
 */
final class TargetRules {

    private TargetRules() {}

    /** @return what is wrong with it, in plain words; null: nothing */
    static @Nullable String problem(String target) {
        if (!target.startsWith("/")) {
            return "the request target must begin with '/'";
        }
        int query = target.indexOf('?');
        int pathEnd = query < 0 ? target.length() : query;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= 0x20 || c >= 0x7f) {
                return "the request target holds a character that must be percent-encoded";
            }
            if (c == '#' || (c == '\\' && i < pathEnd)) {
                return "the request target must not hold '" + c + "'";
            }
        }
        return pathProblem(target.substring(0, pathEnd));
    }

    private static @Nullable String pathProblem(String path) {
        if (path.indexOf('%') < 0 && !path.contains("/.")) {
            return null;
        }
        StringBuilder decoded = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%') {
                int high = i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
                int low = i + 2 < path.length() ? Character.digit(path.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return "the path holds an incomplete percent-encoding";
                }
                c = (char) (high * 16 + low);
                i += 2;
                if (c < 0x20 || c == 0x7f) {
                    return "the path holds an encoded control character";
                }
            }
            decoded.append(c);
        }
        for (String segment : decoded.toString().split("[/\\\\]", -1)) {
            String name =
                    segment.indexOf(';') < 0 ? segment : segment.substring(0, segment.indexOf(';'));
            if (name.equals(".") || name.equals("..")) {
                return "the path must not hold '.' or '..' segments";
            }
        }
        return null;
    }
}

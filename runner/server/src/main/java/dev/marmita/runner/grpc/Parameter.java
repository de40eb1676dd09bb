package dev.marmita.runner.grpc;

import dev.marmita.runner.inference.CallParameters;
import dev.marmita.service.BadInputException;

/**
 * An entry of a {@code map<string, InferParameter>}.
 *
 * @param choice field of {@code parameter_choice} that is set; 0: none
 * @param number value of a boolean, an integer or an unsigned integer
 */
record Parameter(String name, int choice, long number) {

    private static final int BOOL = 1;
    private static final int INT64 = 2;
    private static final int UINT64 = 5;

    static Parameter read(ProtoReader entry) {
        String name = "";
        int choice = 0;
        long number = 0;
        for (int field = entry.next(); field != 0; field = entry.next()) {
            switch (field) {
                case 1 -> name = entry.string();
                case 2 -> {
                    ProtoReader value = entry.message();
                    for (int set = value.next(); set != 0; set = value.next()) {
                        choice = set;
                        if (value.type() == ProtoReader.VARINT) {
                            number = value.varint();
                        } else {
                            value.skip();
                        }
                    }
                }
                default -> entry.skip();
            }
        }
        return new Parameter(name, choice, number);
    }

    /**
     * @throws BadInputException where a number is wanted and another thing given
     */
    void giveTo(CallParameters parameters) {
        if (CallParameters.isNumber(name)) {
            if (choice != INT64 && choice != UINT64) {
                throw new BadInputException(name, "parameter '" + name + "' must be an integer");
            }
            parameters.number(name, number);
        } else if (choice == BOOL) {
            parameters.flag(name, number != 0);
        }
    }
}

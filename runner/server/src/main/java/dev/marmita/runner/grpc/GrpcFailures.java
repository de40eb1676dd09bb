package dev.marmita.runner.grpc;

import dev.marmita.runner.http.Failures;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.service.BadInputException;
import java.util.Map;

/** Failures as statuses of gRPC. */
final class GrpcFailures implements Failures {

    @Override
    public Reply.Whole refused(RefusedException refusal) {
        return GrpcStatus.ofHttp(refusal.status()).reply(refusal.text(), refusal.headers());
    }

    @Override
    public Reply.Whole badInput(BadInputException fault) {
        return GrpcStatus.INVALID_ARGUMENT.reply(String.valueOf(fault.getMessage()), Map.of());
    }
}

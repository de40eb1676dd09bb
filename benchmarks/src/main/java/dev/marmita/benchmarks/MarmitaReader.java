package dev.marmita.benchmarks;

import dev.marmita.documents.DocumentService;
import dev.marmita.documents.ExtractRequest;
import dev.marmita.documents.ExtractResponse;
import dev.marmita.documents.OcrRequest;
import dev.marmita.documents.OcrResponse;
import dev.marmita.documents.testing.LocalContext;
import dev.marmita.documents.testing.OrtModel;
import dev.marmita.documents.testing.Requests;
import dev.marmita.service.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The document service, without the runner around it. */
final class MarmitaReader implements Contender {

    private final LocalContext context;
    private final OrtModel detector;
    private final OrtModel classifier;
    private final OrtModel recogniser;
    private final DocumentService service;

    MarmitaReader(int cores) {
        context = new LocalContext(cores, Map.of());
        detector = OrtModel.open(OrtModel.DETECTOR, cores);
        classifier = OrtModel.open(OrtModel.CLASSIFIER, 1);
        recogniser = OrtModel.open(OrtModel.RECOGNISER, 1);
        service = new DocumentService(detector, classifier, recogniser, context);
    }

    @Override
    public String name() {
        return "marmita";
    }

    @Override
    public List<String> read(Path image) {
        OcrRequest request = new OcrRequest(content(image), Optional.empty(), Optional.empty());
        return service.ocr(request, Requests.context()).pages().stream()
                .flatMap(page -> page.lines().stream())
                .map(OcrResponse.Line::text)
                .toList();
    }

    ExtractResponse extract(Path document) {
        ExtractRequest request = Requests.extract(content(document));
        return service.extract(request, Requests.context());
    }

    @Override
    public void close() {
        recogniser.close();
        classifier.close();
        detector.close();
        context.close();
    }

    private static Content content(Path file) {
        try {
            return Content.of("application/octet-stream", Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

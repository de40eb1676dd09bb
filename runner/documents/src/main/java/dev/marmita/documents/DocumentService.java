package dev.marmita.documents;

import dev.marmita.documents.fields.FieldFinder;
import dev.marmita.documents.layout.Finding;
import dev.marmita.documents.layout.Layout;
import dev.marmita.documents.metadata.DocumentKind;
import dev.marmita.documents.metadata.Item;
import dev.marmita.documents.metadata.MetadataFinder;
import dev.marmita.documents.metadata.MetadataRequest;
import dev.marmita.documents.metadata.TechnicalChecks;
import dev.marmita.documents.ocr.OcrEngine;
import dev.marmita.documents.ocr.OcrSettings;
import dev.marmita.documents.source.DocumentFile;
import dev.marmita.documents.source.Limits;
import dev.marmita.documents.source.PageReader;
import dev.marmita.service.Api;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Content;
import dev.marmita.service.Model;
import dev.marmita.service.RequestContext;
import dev.marmita.service.ServiceContext;
import dev.marmita.service.Slot;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/**
 * Reads documents: text lines with boxes, fields of receipts, and the metadata and technical checks
 * of Decreto 10.278/2020. Thread-safe.
 */
public final class DocumentService {

    private final ServiceContext context;
    private final OcrEngine engine;
    private final Limits limits;

    /**
     * @throws IllegalArgumentException where the deployment's {@code env} or the models do not fit
     */
    public DocumentService(
            @Slot("detector") Model detector,
            @Slot("classifier") Model classifier,
            @Slot("recogniser") Model recogniser,
            ServiceContext context) {
        this.context = context;
        Environment env = new Environment(context.env());
        this.limits =
                Limits.within(
                        (int) env.positive("MAX_PAGES", Limits.DEFAULT_PAGES),
                        env.positive("MAX_PAGE_MEGAPIXELS", Limits.DEFAULT_PIXELS / 1_000_000)
                                * 1_000_000,
                        Runtime.getRuntime().maxMemory());
        OcrSettings settings = OcrSettings.defaults();
        this.engine =
                new OcrEngine(
                        detector,
                        classifier,
                        recogniser,
                        env.text("DICTIONARY"),
                        context,
                        env.flag("RESTORE_ACCENTS", true)
                                ? settings
                                : settings.withoutRestoredAccents());
    }

    /** The text of a document. */
    @Api(
            route = "/ocr",
            description = "Reads a PNG, JPEG, TIFF or PDF document: text lines with boxes.")
    public OcrResponse ocr(OcrRequest request, RequestContext context) {
        DocumentReading reading =
                read(request.document(), request.pages(), request.textLayer(), context);
        return new OcrResponse(reading.pages(), reading.text());
    }

    /** The text of a document, and what it says about itself. */
    @Api(
            route = "/extract",
            description =
                    "Reads a document and fills the metadata and technical checks of Decreto"
                            + " 10.278/2020 and the fields of receipts.")
    public ExtractResponse extract(ExtractRequest request, RequestContext context) {
        Optional<DocumentKind> kind = request.kind().map(DocumentService::kind);
        DocumentReading reading =
                read(request.document(), request.pages(), request.textLayer(), context);
        long start = System.nanoTime();
        Layout layout = reading.layout();
        Map<String, Finding> fields = FieldFinder.find(layout, MetadataFinder.mayBeReceipt(layout));
        MetadataFinder finder =
                new MetadataFinder(
                        layout,
                        reading.facts(),
                        metadataRequest(request),
                        sha256(request.document().bytes()),
                        Optional.ofNullable(fields.get(FieldFinder.COMPANY)));
        var metadata =
                new ExtractResponse.Metadata(
                        MetadataFinder.STANDARD,
                        finder.find().stream().map(Wire::metadata).toList());
        var checks = TechnicalChecks.check(reading.facts(), reading.pageFacts(), kind);
        var technical =
                new ExtractResponse.Technical(
                        TechnicalChecks.STANDARD,
                        kind.orElse(DocumentKind.PRINTED).id(),
                        kind.isEmpty(),
                        checks.stream().map(Wire::check).toList());
        context.stage("rules", System.nanoTime() - start);
        return new ExtractResponse(
                reading.pages(), reading.text(), metadata, Wire.fields(fields), technical);
    }

    private DocumentReading read(
            Content document,
            Optional<String> pages,
            Optional<Boolean> textLayer,
            RequestContext request) {
        try (PageReader reader =
                DocumentFile.open(document, limits, textLayer.orElse(true), context.scratch())) {
            List<Integer> indexes = PageSelection.of(pages, reader.pageCount(), limits.maxPages());
            reader.check();
            var inFlight =
                    new PagesInFlight(
                            reader,
                            engine,
                            context,
                            limits.maxPixels(),
                            () -> checkWanted(request),
                            request::stage);
            List<ReadPage> read = inFlight.read(indexes);
            return DocumentReading.of(reader.facts(), read);
        }
    }

    private static void checkWanted(RequestContext request) {
        if (request.cancelled()) {
            throw new CancellationException("the caller is gone or the deadline has passed");
        }
    }

    private static DocumentKind kind(String id) {
        return DocumentKind.of(id)
                .orElseThrow(
                        () ->
                                new BadInputException(
                                        "kind",
                                        "one of "
                                                + Arrays.stream(DocumentKind.values())
                                                        .map(DocumentKind::id)
                                                        .collect(Collectors.joining(", "))));
    }

    private static MetadataRequest metadataRequest(ExtractRequest request) {
        Map<Item, String> supplied = new EnumMap<>(Item.class);
        request.subject().ifPresent(value -> supplied.put(Item.SUBJECT, value));
        request.author().ifPresent(value -> supplied.put(Item.AUTHOR, value));
        request.digitisedAt().ifPresent(value -> supplied.put(Item.DIGITISED_AT, value));
        request.digitisedPlace().ifPresent(value -> supplied.put(Item.DIGITISED_PLACE, value));
        request.identifier().ifPresent(value -> supplied.put(Item.IDENTIFIER, value));
        request.digitisedBy().ifPresent(value -> supplied.put(Item.DIGITISED_BY, value));
        request.title().ifPresent(value -> supplied.put(Item.TITLE, value));
        request.documentType().ifPresent(value -> supplied.put(Item.DOCUMENT_TYPE, value));
        request.documentClass().ifPresent(value -> supplied.put(Item.CLASS, value));
        request.producedAt().ifPresent(value -> supplied.put(Item.PRODUCED_AT, value));
        request.disposal().ifPresent(value -> supplied.put(Item.DISPOSAL, value));
        request.genre().ifPresent(value -> supplied.put(Item.GENRE, value));
        request.retention().ifPresent(value -> supplied.put(Item.RETENTION, value));
        return new MetadataRequest(
                supplied,
                request.publicBody().orElse(false),
                request.digestIdentifier().orElse(false));
    }

    private static String sha256(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

package dev.marmita.benchmarks;

import com.benjaminwan.ocrlibrary.TextBlock;
import io.github.mymonstercat.Model;
import io.github.mymonstercat.ocr.InferenceEngine;
import io.github.mymonstercat.ocr.config.HardwareConfig;
import io.github.mymonstercat.ocr.config.ParamConfig;
import java.nio.file.Path;
import java.util.List;

/** RapidOCR-Java with its native pipeline (OpenCV and ONNX Runtime in one library). */
final class RapidOcrReader implements Contender {

    private final String name;
    private final InferenceEngine engine;
    private final ParamConfig parameters = new ParamConfig();

    /**
     * @param longestSide 0: as shipped, the page's own size
     */
    RapidOcrReader(Model model, int cores, int longestSide) {
        String version = model == Model.ONNX_PPOCR_V3 ? "v3" : "v4";
        name = "rapidocr-" + version + (longestSide == 0 ? "" : "@" + longestSide);
        engine = InferenceEngine.getInstance(model, new HardwareConfig(cores, -1));
        parameters.setMaxSideLen(longestSide);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> read(Path image) {
        return engine.runOcr(image.toString(), parameters).getTextBlocks().stream()
                .map(TextBlock::getText)
                .toList();
    }
}

package dev.marmita.benchmarks.recognition;

import dev.marmita.service.Model;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A recogniser that keeps a copy of every line it is given. Thread-safe. */
final class Recorder implements Model {

    private final Model model;
    private final List<Line> lines = new ArrayList<>();

    Recorder(Model model) {
        this.model = model;
    }

    /** The lines since the last call. */
    List<Line> taken() {
        synchronized (lines) {
            List<Line> taken = List.copyOf(lines);
            lines.clear();
            return taken;
        }
    }

    @Override
    public String name() {
        return model.name();
    }

    @Override
    public String version() {
        return model.version();
    }

    @Override
    public Signature signature() {
        return model.signature();
    }

    @Override
    public Map<String, String> metadata() {
        return model.metadata();
    }

    @Override
    public ModelResult run(Map<String, Tensor> inputs) {
        Tensor input = inputs.values().iterator().next();
        float[] pixels = new float[Math.toIntExact(input.size())];
        input.floats().get(0, pixels);
        synchronized (lines) {
            lines.add(new Line(Math.toIntExact(input.shape()[3]), pixels));
        }
        return model.run(inputs);
    }
}

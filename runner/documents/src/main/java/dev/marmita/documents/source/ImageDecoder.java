package dev.marmita.documents.source;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/** Decodes with the JDK's readers, sub-sampling while reading so that a large scan never is in memory whole. */
final class ImageDecoder implements AutoCloseable {

    private final BufferImageStream stream;
    private final ImageReader reader;
    private final List<String> warnings = new ArrayList<>();

    /**
     * @param format an Image I/O format name: png, jpeg or tiff
     */
    ImageDecoder(String format, ByteBuffer bytes) {
        stream = new BufferImageStream(bytes);
        reader = ImageIO.getImageReadersByFormatName(format).next();
        reader.setInput(stream, false, true);
        IIOReadWarningListener listener = (source, warning) -> warnings.add(warning);
        reader.addIIOReadWarningListener(listener);
    }

    BufferedImage decode(int index, int subsampling) throws IOException {
        return reader.read(index, parameters(subsampling));
    }

    /** The samples as they are stored, without any conversion of colours. */
    Raster decodeRaw(int subsampling) throws IOException {
        return reader.readRaster(0, parameters(subsampling));
    }

    /** What the reader had to overlook so far. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public void close() throws IOException {
        reader.dispose();
        stream.close();
    }

    private ImageReadParam parameters(int subsampling) {
        ImageReadParam parameters = reader.getDefaultReadParam();
        parameters.setSourceSubsampling(subsampling, subsampling, 0, 0);
        return parameters;
    }
}

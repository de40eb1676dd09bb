package dev.marmita.runner.service;

import dev.marmita.runner.binding.TextReading.Part;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Content;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A {@code multipart/form-data} body, taken apart in memory. Its files are valid until it is closed. */
final class Form implements AutoCloseable {

    private static final int MAX_PARTS = 256;
    private static final int MAX_BUFFERED = 64 << 10;

    private final HttpPostMultipartRequestDecoder decoder;
    private final Map<String, List<Part>> parts = new LinkedHashMap<>();

    private Form(HttpPostMultipartRequestDecoder decoder) {
        this.decoder = decoder;
    }

    /**
     * Takes a form apart.
     *
     * @throws BadInputException where it is malformed or has too many parts
     */
    static Form read(String contentType, ByteBuf body) {
        DefaultHttpHeaders headers = new DefaultHttpHeaders();
        headers.set("Content-Type", contentType);
        var request =
                new DefaultFullHttpRequest(
                        HttpVersion.HTTP_1_1,
                        HttpMethod.POST,
                        "/",
                        body.retainedDuplicate(),
                        headers,
                        EmptyHttpHeaders.INSTANCE);
        try {
            Form form =
                    new Form(
                            new HttpPostMultipartRequestDecoder(
                                    new DefaultHttpDataFactory(false),
                                    request,
                                    StandardCharsets.UTF_8,
                                    MAX_PARTS,
                                    MAX_BUFFERED));
            return form.collected();
        } catch (BadInputException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The decoder meets malformed input with exceptions of many kinds.
            throw new BadInputException("the request is not a well-formed form");
        } finally {
            request.release();
        }
    }

    private Form collected() throws IOException {
        try {
            for (InterfaceHttpData data : decoder.getBodyHttpDatas()) {
                if (data instanceof FileUpload file && isUnfilled(file)) {
                    continue;
                }
                parts.computeIfAbsent(data.getName(), name -> new ArrayList<>()).add(part(data));
            }
            return this;
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** What a browser sends for a file that was not chosen. */
    private static boolean isUnfilled(FileUpload file) {
        return file.getFilename().isEmpty() && file.length() == 0;
    }

    private static Part part(InterfaceHttpData data) throws IOException {
        return switch (data) {
            case FileUpload file -> Part.of(content(file));
            case Attribute field -> Part.of(field.getValue());
            default -> throw new BadInputException("the form has a part of an unknown kind");
        };
    }

    private static Content content(FileUpload file) throws IOException {
        if (!file.isCompleted()) {
            throw new BadInputException(file.getName(), "file '" + file.getName() + "' is cut off");
        }
        String name = file.getFilename();
        String bare = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        String type = file.getContentType();
        return new Content(
                type == null || type.isBlank() ? "application/octet-stream" : type,
                bare.isBlank() ? Optional.empty() : Optional.of(bare),
                file.getByteBuf().nioBuffer());
    }

    /** Fields and files by name, in the form's order. */
    Map<String, List<Part>> parts() {
        return parts;
    }

    @Override
    public void close() {
        decoder.destroy();
    }
}

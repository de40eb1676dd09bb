package dev.marmita.runner.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProtoFilesTest {

    /** The compiled descriptors are committed, so that a build needs no protoc: they must not fall behind. */
    @Test
    void descriptorsAreThoseOfTheProtoFiles() throws Exception {
        Set<String> written = new TreeSet<>();
        Pattern field = Pattern.compile("\\b(\\w+) = (\\d+);");
        Pattern method = Pattern.compile("rpc (\\w+)\\(");
        for (String file : new String[] {"open_inference.proto", "health.proto"}) {
            String text = Files.readString(Path.of("src/main/proto", file));
            for (Matcher m = field.matcher(text); m.find(); ) {
                written.add(file + " " + m.group(1) + " = " + m.group(2));
            }
            for (Matcher m = method.matcher(text); m.find(); ) {
                written.add(file + " rpc " + m.group(1));
            }
        }

        Set<String> compiled = new TreeSet<>();
        try (InputStream in = getClass().getResourceAsStream("services.desc")) {
            for (FileDescriptorProto file : FileDescriptorSet.parseFrom(in).getFileList()) {
                file.getMessageTypeList().forEach(type -> collect(file.getName(), type, compiled));
                file.getEnumTypeList().forEach(values -> collect(file.getName(), values, compiled));
                file.getServiceList()
                        .forEach(
                                service ->
                                        service.getMethodList()
                                                .forEach(
                                                        one ->
                                                                compiled.add(
                                                                        file.getName()
                                                                                + " rpc "
                                                                                + one.getName())));
            }
        }
        assertThat(compiled).isEqualTo(written);
    }

    private static void collect(String file, DescriptorProto type, Set<String> into) {
        for (FieldDescriptorProto field : type.getFieldList()) {
            if (!type.getOptions().getMapEntry()) {
                into.add(file + " " + field.getName() + " = " + field.getNumber());
            }
        }
        type.getNestedTypeList().forEach(nested -> collect(file, nested, into));
        type.getEnumTypeList().forEach(values -> collect(file, values, into));
    }

    private static void collect(String file, EnumDescriptorProto values, Set<String> into) {
        values.getValueList()
                .forEach(one -> into.add(file + " " + one.getName() + " = " + one.getNumber()));
    }
}

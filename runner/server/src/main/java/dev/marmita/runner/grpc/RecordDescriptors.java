package dev.marmita.runner.grpc;

import dev.marmita.runner.binding.Shape;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Locale;

/** Describes messages as {@code FileDescriptorProto} (field numbers: descriptor.proto). */
final class RecordDescriptors {

    private static final int OPTIONAL = 1;
    private static final int REPEATED = 3;

    private final String packageName;

    RecordDescriptors(String packageName) {
        this.packageName = packageName;
    }

    /** A method of a service. */
    record Method(
            String name,
            RecordMessage input,
            boolean streamsIn,
            RecordMessage output,
            boolean streamsOut) {}

    byte[] file(String service, List<Method> methods, RecordMessages types) {
        ByteBuf bytes = Unpooled.buffer();
        ProtoWriter file = new ProtoWriter(bytes);
        file.string(1, packageName + ".proto").string(2, packageName);
        types.messages().forEach(message -> file.message(4, one -> message(message, one)));
        types.enums().forEach((name, choice) -> file.message(5, one -> choice(name, choice, one)));
        file.message(
                6,
                one -> {
                    one.string(1, service);
                    methods.forEach(method -> one.message(2, inner -> method(method, inner)));
                });
        file.string(12, "proto3");
        byte[] written = new byte[bytes.readableBytes()];
        bytes.readBytes(written);
        return written;
    }

    private void method(Method method, ProtoWriter to) {
        to.string(1, method.name())
                .string(2, "." + packageName + "." + method.input().name())
                .string(3, "." + packageName + "." + method.output().name())
                .bool(5, method.streamsIn())
                .bool(6, method.streamsOut());
    }

    private void message(RecordMessage message, ProtoWriter to) {
        to.string(1, message.name());
        int number = 1;
        int optionals = 0;
        for (RecordMessage.Slot slot : message.slots()) {
            boolean presence = slot.optional() && hasPresence(slot);
            int oneof = presence ? optionals++ : -1;
            int own = number++;
            to.message(2, field -> field(message, slot, own, oneof, field));
        }
        for (RecordMessage.Slot slot : message.slots()) {
            if (slot.shape() instanceof Shape.Mapping) {
                to.message(3, entry -> entry(slot, entry));
            }
        }
        for (RecordMessage.Slot slot : message.slots()) {
            if (slot.optional() && hasPresence(slot)) {
                to.message(8, oneof -> oneof.string(1, "_" + snake(slot.name())));
            }
        }
    }

    private static boolean hasPresence(RecordMessage.Slot slot) {
        return !(slot.shape() instanceof Shape.Listing)
                && !(slot.shape() instanceof Shape.Mapping)
                && slot.value().type() != RecordValue.MESSAGE;
    }

    private void field(
            RecordMessage message, RecordMessage.Slot slot, int number, int oneof, ProtoWriter to) {
        boolean map = slot.shape() instanceof Shape.Mapping;
        boolean repeated = map || slot.shape() instanceof Shape.Listing;
        to.string(1, snake(slot.name()))
                .number(3, number)
                .number(4, repeated ? REPEATED : OPTIONAL)
                .number(5, map ? RecordValue.MESSAGE : slot.value().type())
                .string(
                        6,
                        map
                                ? "." + packageName + "." + message.name() + "." + entryName(slot)
                                : slot.value().typeName());
        if (oneof >= 0) {
            to.tag(9, ProtoReader.VARINT).varint(oneof);
        }
        to.string(10, slot.name()).bool(17, oneof >= 0);
    }

    private static void entry(RecordMessage.Slot slot, ProtoWriter to) {
        to.string(1, entryName(slot));
        to.message(2, key -> key.string(1, "key").number(3, 1).number(4, OPTIONAL).number(5, 9));
        to.message(
                2,
                value ->
                        value.string(1, "value")
                                .number(3, 2)
                                .number(4, OPTIONAL)
                                .number(5, slot.value().type())
                                .string(6, slot.value().typeName()));
        to.message(7, options -> options.bool(7, true));
    }

    /** As protoc names it: the field's name in camel case, and {@code Entry}. */
    private static String entryName(RecordMessage.Slot slot) {
        StringBuilder name = new StringBuilder();
        for (String part : snake(slot.name()).split("_")) {
            if (!part.isEmpty()) {
                name.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
            }
        }
        return name + "Entry";
    }

    private static void choice(String name, Shape.Choice choice, ProtoWriter to) {
        String prefix = snake(name).toUpperCase(Locale.ROOT) + "_";
        to.string(1, name);
        to.message(2, none -> value(prefix + "UNSPECIFIED", 0, none));
        int number = 1;
        for (Enum<?> constant : choice.constants()) {
            int own = number++;
            to.message(2, value -> value(prefix + constant.name(), own, value));
        }
    }

    private static void value(String name, int number, ProtoWriter to) {
        to.string(1, name).tag(2, ProtoReader.VARINT).varint(number);
    }

    static String snake(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}

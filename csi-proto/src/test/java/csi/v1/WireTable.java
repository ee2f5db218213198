package csi.v1;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything of one proto file that travels on the wire, one fact a line, as {@code csi-wire.txt}
 * writes it.
 */
final class WireTable {
  private final FileDescriptor file;
  private final Set<String> lines = new TreeSet<>();

  private WireTable(FileDescriptor file) {
    this.file = file;
  }

  static Set<String> of(FileDescriptor file) {
    WireTable table = new WireTable(file);
    file.getServices().forEach(table::addService);
    file.getMessageTypes().forEach(table::addMessage);
    file.getEnumTypes().forEach(table::addEnum);
    return table.lines;
  }

  private void addService(ServiceDescriptor service) {
    for (MethodDescriptor method : service.getMethods()) {
      lines.add(
          "rpc %s %s %s%s %s%s"
              .formatted(
                  service.getName(),
                  method.getName(),
                  method.isClientStreaming() ? "stream:" : "",
                  withoutPackage(method.getInputType()),
                  method.isServerStreaming() ? "stream:" : "",
                  withoutPackage(method.getOutputType())));
    }
  }

  private void addMessage(Descriptor message) {
    if (message.getOptions().getMapEntry()) {
      return;
    }
    String name = withoutPackage(message);
    lines.add("message " + name);
    for (FieldDescriptor field : message.getFields()) {
      lines.add(
          "field %s %d %s %s%s%s%s"
              .formatted(
                  name,
                  field.getNumber(),
                  field.getName(),
                  typeOf(field),
                  field.toProto().getProto3Optional() ? " optional" : "",
                  field.getOptions().getExtension(Csi.csiSecret) ? " secret" : "",
                  field.getRealContainingOneof() == null
                      ? ""
                      : " oneof:" + field.getRealContainingOneof().getName()));
    }
    // A message's reserved range ends before its end, an enum's with it.
    message
        .toProto()
        .getReservedRangeList()
        .forEach(range -> addReserved(name, range.getStart(), range.getEnd() - 1));
    message.getNestedTypes().forEach(this::addMessage);
    message.getEnumTypes().forEach(this::addEnum);
  }

  private void addEnum(EnumDescriptor type) {
    String name = withoutPackage(type);
    type.getValues()
        .forEach(value ->
            lines.add("value %s %d %s".formatted(name, value.getNumber(), value.getName())));
    type.toProto()
        .getReservedRangeList()
        .forEach(range -> addReserved(name, range.getStart(), range.getEnd()));
  }

  private void addReserved(String name, int first, int last) {
    for (int number = first; number <= last; number++) {
      lines.add("reserved " + name + " " + number);
    }
  }

  private String typeOf(FieldDescriptor field) {
    if (field.isMapField()) {
      Descriptor entry = field.getMessageType();
      return "map<%s,%s>"
          .formatted(typeOf(entry.findFieldByName("key")), typeOf(entry.findFieldByName("value")));
    }
    String type =
        switch (field.getJavaType()) {
          case MESSAGE -> spelledIn(field.getContainingType(), field.getMessageType());
          case ENUM -> spelledIn(field.getContainingType(), field.getEnumType());
          default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
    return field.isRepeated() ? "repeated:" + type : type;
  }

  /** The shortest name that means this type inside this message, by the scoping rules of proto. */
  private String spelledIn(Descriptor scope, GenericDescriptor type) {
    if (type.getFile() != file) {
      return type.getFullName();
    }
    String full = withoutPackage(type);
    for (int dot = full.lastIndexOf('.'); dot >= 0; dot = full.lastIndexOf('.', dot - 1)) {
      String name = full.substring(dot + 1);
      if (isMeantBy(name, scope, full)) {
        return name;
      }
    }
    return full;
  }

  private boolean isMeantBy(String name, Descriptor scope, String full) {
    for (Descriptor at = scope; at != null; at = at.getContainingType()) {
      String candidate = withoutPackage(at) + "." + name;
      if (exists(candidate)) {
        return candidate.equals(full);
      }
    }
    return name.equals(full);
  }

  private boolean exists(String name) {
    return file.getMessageTypes().stream().anyMatch(message -> contains(message, name));
  }

  private boolean contains(Descriptor message, String name) {
    return withoutPackage(message).equals(name)
        || message.getEnumTypes().stream().anyMatch(type -> withoutPackage(type).equals(name))
        || message.getNestedTypes().stream().anyMatch(nested -> contains(nested, name));
  }

  private String withoutPackage(GenericDescriptor type) {
    String prefix = file.getPackage() + ".";
    return type.getFullName().startsWith(prefix)
        ? type.getFullName().substring(prefix.length())
        : type.getFullName();
  }
}

package cn.ucloud.csi.udisk.common.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import csi.v1.Csi;
import csi.v1.VolumeCapability.MountVolume;
import java.util.List;

/**
 * Prints protobuf messages for the log, without what must not be there.
 *
 * <p>Masked are fields that the CSI specification marks {@code csi_secret}, wherever they are, and
 * the values of mount flags, of which it says that they may hold secrets. Fields that our copy of
 * the specification does not know are left out, since nobody can tell what they hold.
 */
public final class SecretStripper {
  /** The same mask as csi-lib-utils prints, so that one search finds both. */
  private static final String MASK = "***stripped***";

  private static final FieldDescriptor MOUNT_FLAGS =
      MountVolume.getDescriptor().findFieldByNumber(MountVolume.MOUNT_FLAGS_FIELD_NUMBER);

  private final StringBuilder text = new StringBuilder();

  private SecretStripper() {}

  /** The message on one line, in the manner of {@code {name: "pvc-1", secrets: ***stripped***}}. */
  public static String print(Message message) {
    SecretStripper printer = new SecretStripper();
    printer.message(message);
    return printer.text.toString();
  }

  private void message(Message message) {
    text.append('{');
    String separator = "";
    for (var field : message.getAllFields().entrySet()) {
      text.append(separator).append(field.getKey().getName()).append(": ");
      field(field.getKey(), field.getValue());
      separator = ", ";
    }
    text.append('}');
  }

  private void field(FieldDescriptor field, Object value) {
    if (field.getOptions().getExtension(Csi.csiSecret)) {
      text.append(MASK);
    } else if (value instanceof List<?> values) {
      text.append('[');
      String separator = "";
      for (Object each : values) {
        text.append(separator);
        single(field, each);
        separator = ", ";
      }
      text.append(']');
    } else {
      single(field, value);
    }
  }

  private void single(FieldDescriptor field, Object value) {
    switch (value) {
      case MapEntry<?, ?> entry -> {
        FieldDescriptor held = field.getMessageType().findFieldByNumber(2);
        quoted(String.valueOf(entry.getKey()));
        text.append(": ");
        field(held, entry.getValue());
      }
      case Message nested -> message(nested);
      case String string -> quoted(field.equals(MOUNT_FLAGS) ? withoutValue(string) : string);
      case ByteString bytes -> text.append('<').append(bytes.size()).append(" bytes>");
      case EnumValueDescriptor constant -> text.append(constant.getName());
      default -> text.append(value);
    }
  }

  private static String withoutValue(String flag) {
    int equals = flag.indexOf('=');
    return equals < 0 ? flag : flag.substring(0, equals + 1) + MASK;
  }

  private void quoted(String string) {
    text.append('"');
    string
        .codePoints()
        .forEachOrdered(c -> {
          if (c == '"' || c == '\\') {
            text.append('\\').appendCodePoint(c);
          } else if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
            text.append("\\u%04x".formatted(c));
          } else {
            text.appendCodePoint(c);
          }
        });
    text.append('"');
  }
}

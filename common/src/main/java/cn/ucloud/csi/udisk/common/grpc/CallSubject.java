package cn.ucloud.csi.udisk.common.grpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a request is about, as far as its fields say: volume, snapshot, node or name. */
final class CallSubject {
  private static final int MAX_ID_BYTES = 256;

  private static final Map<String, String> WORDS =
      new TreeMap<>(
          Map.of(
              "name", "name",
              "node_id", "node",
              "snapshot_id", "snapshot",
              "source_volume_id", "source",
              "volume_id", "volume"));

  private CallSubject() {}

  /** For example {@code " node=uhost-a volume=bsm-b"}; empty when the request names nothing. */
  static String of(Message request) {
    StringBuilder subject = new StringBuilder();
    fields(request).forEach((word, id) -> subject.append(' ').append(word).append('=').append(id));
    return subject.toString();
  }

  /** The same by words, such as {@code volume}. */
  static Map<String, String> fields(Message request) {
    Map<String, String> fields = new LinkedHashMap<>();
    WORDS.forEach((fieldName, word) -> {
      FieldDescriptor field = request.getDescriptorForType().findFieldByName(fieldName);
      if (field != null && request.getField(field) instanceof String id && !id.isEmpty()) {
        fields.put(word, OneLine.of(id, MAX_ID_BYTES));
      }
    });
    return fields;
  }
}

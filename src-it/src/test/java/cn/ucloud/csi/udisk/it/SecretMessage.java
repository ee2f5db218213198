package cn.ucloud.csi.udisk.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.util.Base64;
import java.util.List;

/**
 * A Secret as Helm sends it, in which it keeps a release: in Kubernetes' protobuf. The numbers of
 * fields are those of {@code k8s.io/api/core/v1} and {@code apimachinery}.
 */
final class SecretMessage {
  private static final ByteString MAGIC = ByteString.copyFrom(new byte[] {'k', '8', 's', 0});

  private SecretMessage() {}

  static boolean isOne(byte[] body) {
    return ByteString.copyFrom(body).startsWith(MAGIC);
  }

  /** The same as JSON, as far as Helm reads it again. */
  static ObjectNode read(byte[] body) throws InvalidProtocolBufferException {
    UnknownFieldSet wrapper =
        UnknownFieldSet.parseFrom(ByteString.copyFrom(body).substring(MAGIC.size()));
    UnknownFieldSet secret = UnknownFieldSet.parseFrom(values(wrapper, 2).getFirst());
    UnknownFieldSet metadata = UnknownFieldSet.parseFrom(values(secret, 1).getFirst());
    ObjectNode json =
        new ObjectMapper().createObjectNode().put("apiVersion", "v1").put("kind", "Secret");
    json.withObject("/metadata")
        .put("name", values(metadata, 1).getFirst().toStringUtf8())
        .put("namespace", values(metadata, 3).getFirst().toStringUtf8());
    for (ByteString label : values(metadata, 11)) {
      UnknownFieldSet pair = UnknownFieldSet.parseFrom(label);
      json.withObject("/metadata/labels")
          .put(
              values(pair, 1).getFirst().toStringUtf8(), values(pair, 2).getFirst().toStringUtf8());
    }
    for (ByteString data : values(secret, 2)) {
      UnknownFieldSet pair = UnknownFieldSet.parseFrom(data);
      json.withObject("/data")
          .put(
              values(pair, 1).getFirst().toStringUtf8(),
              Base64.getEncoder().encodeToString(values(pair, 2).getFirst().toByteArray()));
    }
    return json.put("type", values(secret, 3).getFirst().toStringUtf8());
  }

  private static List<ByteString> values(UnknownFieldSet message, int field) {
    return message.getField(field).getLengthDelimitedList();
  }
}

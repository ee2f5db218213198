package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.node.device.DeviceIdentity;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * From which attachment a volume was staged, and how.
 *
 * @param options fingerprint; the options themselves may hold secrets
 */
record StageRecord(DeviceIdentity identity, String filesystem, String options) {
  private static final String FILESYSTEM = "filesystem";
  private static final String OPTIONS = "options";

  static StageRecord of(StageCommand command, DeviceIdentity identity) {
    return new StageRecord(identity, command.filesystem(), command.options().fingerprint());
  }

  static Optional<StageRecord> from(Map<String, String> fields) {
    String filesystem = fields.get(FILESYSTEM);
    String options = fields.get(OPTIONS);
    if (filesystem == null || options == null) {
      return Optional.empty();
    }
    return DeviceIdentity.from(fields).map(id -> new StageRecord(id, filesystem, options));
  }

  Map<String, String> toMap() {
    Map<String, String> fields = new HashMap<>(identity.toMap());
    fields.put(FILESYSTEM, filesystem);
    fields.put(OPTIONS, options);
    return fields;
  }
}

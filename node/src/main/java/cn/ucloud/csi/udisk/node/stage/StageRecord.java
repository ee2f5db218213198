package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
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
record StageRecord(DeviceIdentity identity, FilesystemType filesystem, String options) {
  private static final String FILESYSTEM = "filesystem";
  private static final String OPTIONS = "options";

  static StageRecord of(StageCommand command, DeviceIdentity identity) {
    return new StageRecord(identity, command.filesystem(), command.options().fingerprint());
  }

  static Optional<StageRecord> from(Map<String, String> fields) {
    Optional<FilesystemType> filesystem = FilesystemType.named(fields.getOrDefault(FILESYSTEM, ""));
    String options = fields.get(OPTIONS);
    if (filesystem.isEmpty() || options == null) {
      return Optional.empty();
    }
    return DeviceIdentity.from(fields).map(id -> new StageRecord(id, filesystem.get(), options));
  }

  Map<String, String> toMap() {
    Map<String, String> fields = new HashMap<>(identity.toMap());
    fields.put(FILESYSTEM, filesystem.toString());
    fields.put(OPTIONS, options);
    return fields;
  }
}

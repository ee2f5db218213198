package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.device.DeviceIdentity;
import cn.ucloud.csi.udisk.node.linux.MountOptions;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.VolumeUse;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * From which attachment a volume was staged, and how.
 *
 * @param use the type of the filesystem, or that there is none
 * @param options fingerprint; the options themselves may hold secrets
 */
record StageRecord(DeviceIdentity identity, String use, String options) {
  private static final String USE = "filesystem";
  private static final String OPTIONS = "options";

  private static final String RAW = "none";
  private static final String WRITABLE = "rw";
  private static final String READ_ONLY = "ro";

  static StageRecord of(StageCommand command, DeviceIdentity identity) {
    return switch (command.use()) {
      case VolumeUse.Filesystem(FilesystemType type, MountOptions options) ->
          new StageRecord(identity, type.toString(), options.fingerprint());
      case VolumeUse.Raw(boolean readOnly) ->
          new StageRecord(identity, RAW, readOnly ? READ_ONLY : WRITABLE);
    };
  }

  static Optional<StageRecord> from(Map<String, String> fields) {
    String use = fields.get(USE);
    String options = fields.get(OPTIONS);
    if (use == null || options == null) {
      return Optional.empty();
    }
    return DeviceIdentity.from(fields).map(id -> new StageRecord(id, use, options));
  }

  boolean isRaw() {
    return use.equals(RAW);
  }

  boolean isReadOnlyRaw() {
    return isRaw() && options.equals(READ_ONLY);
  }

  Map<String, String> toMap() {
    Map<String, String> fields = new HashMap<>(identity.toMap());
    fields.put(USE, use);
    fields.put(OPTIONS, options);
    return fields;
  }
}

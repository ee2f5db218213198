package cn.ucloud.csi.udisk.node.state;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.VolumeUse;
import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * From which attachment a volume was staged, and how.
 *
 * @param use the type of the filesystem, or that there is none
 * @param options fingerprint; the options themselves may hold secrets
 * @param copyOf whose stamp the filesystem may carry instead of its own volume's
 */
public record StageRecord(
    DeviceIdentity identity, String use, String options, Optional<VolumeId> copyOf) {
  private static final String USE = "filesystem";
  private static final String OPTIONS = "options";
  private static final String COPY_OF = "copyOf";

  private static final String RAW = "none";
  private static final String WRITABLE = "rw";
  private static final String READ_ONLY = "ro";

  public static StageRecord of(StageCommand command, DeviceIdentity identity) {
    Optional<VolumeId> copyOf = command.origin().copyOf();
    return switch (command.use()) {
      case VolumeUse.Filesystem(FilesystemType type, MountOptions options, boolean _) ->
          new StageRecord(identity, type.toString(), options.fingerprint(), copyOf);
      case VolumeUse.Raw(boolean readOnly) ->
          new StageRecord(identity, RAW, readOnly ? READ_ONLY : WRITABLE, copyOf);
    };
  }

  /** Empty if the map does not hold one, or one that nobody of ours has written. */
  static Optional<StageRecord> from(Map<String, String> fields) {
    String use = fields.get(USE);
    String options = fields.get(OPTIONS);
    if (use == null || options == null) {
      return Optional.empty();
    }
    try {
      Optional<VolumeId> copyOf = Optional.ofNullable(fields.get(COPY_OF)).map(VolumeId::new);
      return DeviceIdentity.from(fields).map(id -> new StageRecord(id, use, options, copyOf));
    } catch (InvalidRequest _) {
      return Optional.empty();
    }
  }

  public boolean isRaw() {
    return use.equals(RAW);
  }

  public boolean isReadOnlyRaw() {
    return isRaw() && options.equals(READ_ONLY);
  }

  Map<String, String> toMap() {
    Map<String, String> fields = new HashMap<>(identity.toMap());
    fields.put(USE, use);
    fields.put(OPTIONS, options);
    copyOf.ifPresent(source -> fields.put(COPY_OF, source.value()));
    return fields;
  }
}

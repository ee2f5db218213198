package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import csi.v1.VolumeCapability;
import java.util.List;
import java.util.Optional;

/** How volumes of this driver may be used: by one node, as a filesystem or as a disk. */
final class Capabilities {
  private Capabilities() {}

  /**
   * Checks the capabilities of a request.
   *
   * @throws InvalidRequest if there are none or one is not supported
   */
  static void requireSupported(String field, List<VolumeCapability> capabilities) {
    if (capabilities.isEmpty()) {
      throw new InvalidRequest(field, "is missing");
    }
    for (VolumeCapability capability : capabilities) {
      Optional<String> problem = findProblem(capability);
      if (problem.isPresent()) {
        throw new InvalidRequest(field, problem.get());
      }
    }
  }

  /** Why a capability is not supported; empty if it is. */
  static Optional<String> findProblem(VolumeCapability capability) {
    return findModeProblem(capability).or(() -> findTypeProblem(capability));
  }

  /** The type of filesystem that is named; empty if none is. */
  static Optional<FilesystemType> filesystem(List<VolumeCapability> capabilities) {
    return capabilities.stream()
        .flatMap(
            capability -> FilesystemType.named(capability.getMount().getFsType().strip()).stream())
        .findFirst();
  }

  private static Optional<String> findModeProblem(VolumeCapability capability) {
    return switch (capability.getAccessMode().getMode()) {
      case SINGLE_NODE_WRITER,
          SINGLE_NODE_READER_ONLY,
          SINGLE_NODE_SINGLE_WRITER,
          SINGLE_NODE_MULTI_WRITER ->
          Optional.empty();
      case UNKNOWN -> Optional.of("must have an access_mode");
      case MULTI_NODE_READER_ONLY,
          MULTI_NODE_SINGLE_WRITER,
          MULTI_NODE_MULTI_WRITER,
          UNRECOGNIZED ->
          Optional.of(
              "asks for access mode "
                  + capability.getAccessMode().getMode()
                  + "; a UDisk is on one node at a time (ReadWriteOnce, ReadWriteOncePod)");
    };
  }

  private static Optional<String> findTypeProblem(VolumeCapability capability) {
    return switch (capability.getAccessTypeCase()) {
      case MOUNT -> {
        String type = capability.getMount().getFsType().strip();
        yield type.isEmpty() || FilesystemType.named(type).isPresent()
            ? Optional.empty()
            : Optional.of(
                "asks for filesystem '%s'; supported are %s"
                    .formatted(type, FilesystemType.names()));
      }
      case BLOCK -> Optional.empty();
      case ACCESSTYPE_NOT_SET -> Optional.of("must have an access type, mount or block");
    };
  }
}

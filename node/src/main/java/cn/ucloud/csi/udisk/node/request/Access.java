package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import csi.v1.VolumeCapability.AccessMode;

/** Who may use a volume at the same time; a UDisk is never on two nodes. */
public enum Access {
  /** One target path. */
  ONE_WRITER,
  /** Any number of target paths on this node. */
  MANY_WRITERS,
  /** Any number of target paths on this node, all read-only. */
  READERS;

  static Access from(AccessMode.Mode mode) {
    return switch (mode) {
      // The older name means the same to a driver that announces SINGLE_NODE_MULTI_WRITER.
      case SINGLE_NODE_WRITER, SINGLE_NODE_SINGLE_WRITER -> ONE_WRITER;
      case SINGLE_NODE_MULTI_WRITER -> MANY_WRITERS;
      case SINGLE_NODE_READER_ONLY -> READERS;
      case MULTI_NODE_READER_ONLY, MULTI_NODE_SINGLE_WRITER, MULTI_NODE_MULTI_WRITER ->
          throw new InvalidRequest(
              "volume_capability.access_mode",
              "must be for a single node, because a UDisk is attached to one node at a time; not "
                  + mode);
      case UNKNOWN, UNRECOGNIZED ->
          throw new InvalidRequest("volume_capability.access_mode", "is missing or not known");
    };
  }
}

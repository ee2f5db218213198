package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.model.DiskSize;

/**
 * The growth that is asked for.
 *
 * @param requiredBytes with which a disk is big enough already
 * @param size the size that a smaller one is given
 */
public record Expansion(long requiredBytes, DiskSize size) {

  boolean isDoneFor(DiskSize present) {
    return present.bytes() >= requiredBytes;
  }
}

package cn.ucloud.csi.udisk.controller.model;

import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What kind of disk a StorageClass asks for.
 *
 * @param types in order of preference; the next one is made where one is sold out; never empty
 * @param cmkId the key that the disk is encrypted with
 */
public record DiskPlan(List<DiskType> types, DiskTerms terms, Optional<String> cmkId) {

  String typeNames() {
    return types.stream().map(DiskType::className).collect(Collectors.joining(" or "));
  }
}

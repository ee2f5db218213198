package cn.ucloud.csi.udisk.admin.facts;

import java.util.List;
import java.util.Map;

/**
 * A StorageClass, whoever's it is.
 *
 * @param binding WaitForFirstConsumer or Immediate
 * @param zones where it allows volumes; empty for everywhere
 */
public record StorageClass(
    String name,
    String provisioner,
    Map<String, String> parameters,
    String binding,
    String reclaimPolicy,
    boolean allowsExpansion,
    boolean isDefault,
    List<String> zones) {}

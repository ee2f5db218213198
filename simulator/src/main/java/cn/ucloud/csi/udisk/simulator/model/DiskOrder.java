package cn.ucloud.csi.udisk.simulator.model;

import io.soabase.recordbuilder.core.RecordBuilder;

/** What was asked of CreateUDisk and stays visible in DescribeUDisk. */
@RecordBuilder
public record DiskOrder(
    String zone,
    String name,
    int sizeGb,
    DiskType type,
    String chargeType,
    String tag,
    String rdmaClusterId)
    implements DiskOrderBuilder.With {}

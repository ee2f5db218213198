package cn.ucloud.csi.udisk.simulator.model;

import java.util.List;

/** What is bound to a disk or a snapshot. */
public record LabelledResource(String id, List<Label> labels) {}

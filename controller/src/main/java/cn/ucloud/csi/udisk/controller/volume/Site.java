package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.model.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * Where a volume is to be made.
 *
 * @param zones in order of preference; empty if nobody knows one
 * @param node the node that an RSSD disk is for, where it is known
 * @param takesRssd an RSSD disk made here is for nodes that say that they take such disks
 */
record Site(List<String> zones, Optional<NodeId> node, boolean takesRssd) {}

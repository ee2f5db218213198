package cn.ucloud.csi.udisk.node;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the node process is told.
 *
 * @param address what the node is to be called by instead of its instance id
 * @param maxVolumes how many disks the cloud attaches to this node, besides the boot disk
 * @param rssdOnBareMetal whether this node takes RSSD disks, if it is bare metal
 * @param deviceTimeout how long an attached disk may take to appear
 */
public record NodeConfig(
    URI metadataUrl,
    Optional<NodeId> address,
    Path sysfsRoot,
    Path devRoot,
    Path stateDir,
    Path kubeletDir,
    int maxVolumes,
    boolean rssdOnBareMetal,
    Duration deviceTimeout,
    BlankRule blankCheck) {}

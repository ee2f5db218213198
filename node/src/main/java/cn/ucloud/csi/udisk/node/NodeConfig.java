package cn.ucloud.csi.udisk.node;

import cn.ucloud.csi.udisk.node.blank.BlankRule;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the node process is told.
 *
 * @param maxVolumes how many volumes Kubernetes may place on this node
 * @param deviceTimeout how long an attached disk may take to appear
 */
public record NodeConfig(
    URI metadataUrl,
    Path sysfsRoot,
    Path devRoot,
    Path stateDir,
    int maxVolumes,
    Duration deviceTimeout,
    BlankRule blankCheck) {}

package cn.ucloud.csi.udisk.admin.read;

/** Parts of the facts that cost something to read. */
public enum Part {
  CLAIMS,
  VOLUMES,
  ATTACHMENTS,
  NODES,
  /** The largest part by far. */
  PODS,
  EVENTS,
  CLASSES,
  DRIVER,
  /** Of one disk: those of the cloud, and the contents that the cluster has. */
  SNAPSHOTS,
  /** What clones of volumes in use are made of: one request for each hundred snapshots. */
  INTERIM_SNAPSHOTS,
  /** Every disk of the region: at two requests a second, a minute for 12 000. */
  ALL_DISKS,
  /** One request, which shows whether the cloud answers to these keys. */
  KEYS,
  /** What state the hosts of nodes and disks are in: one request for each hundred. */
  HOSTS
}

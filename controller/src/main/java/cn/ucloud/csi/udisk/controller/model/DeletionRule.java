package cn.ucloud.csi.udisk.controller.model;

/** What becomes of a volume that has snapshots when it is to be deleted. */
public enum DeletionRule {
  /** It stays until they are deleted: UCloud does not say whether they outlive their disk. */
  KEEP_WITH_SNAPSHOTS,
  /** It is deleted all the same. */
  DELETE_WITH_SNAPSHOTS
}

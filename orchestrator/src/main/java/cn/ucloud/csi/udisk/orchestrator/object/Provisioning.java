package cn.ucloud.csi.udisk.orchestrator.object;

import io.grpc.Status;

/** What became of a claim. */
public sealed interface Provisioning {

  /** There is a volume for it. */
  record Bound(PersistentVolume volume) implements Provisioning {}

  /** Nothing was made; the scheduler shall choose another node. */
  record Reschedule(Status status) implements Provisioning {}

  /** The claim was deleted meanwhile, and the volume that was being made has been deleted too. */
  record Removed(PersistentVolume volume) implements Provisioning {}

  /**
   * The claim was deleted meanwhile and the driver said that nothing was made. Nobody calls again,
   * so a disk that exists all the same is leaked.
   */
  record Abandoned(Status status) implements Provisioning {}
}

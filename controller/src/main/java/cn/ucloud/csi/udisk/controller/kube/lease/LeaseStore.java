package cn.ucloud.csi.udisk.controller.kube.lease;

import java.util.Optional;

/**
 * The one lease of this driver, where all its processes see the same.
 *
 * <p>Every method may throw; then it is not known what became of it. A write that was not answered
 * may still be done.
 */
interface LeaseStore {

  /** What the lease says now; empty if there is none. */
  Optional<LeaseState> read();

  /** Makes the lease; false if somebody else has made one. {@code version} is ignored. */
  boolean create(LeaseState state);

  /**
   * Replaces the lease if it is still of the version in {@code state}; false if it is not, or is
   * gone.
   */
  boolean replace(LeaseState state);
}

package cn.ucloud.csi.udisk.controller.cluster;

import cn.ucloud.csi.udisk.controller.model.Claim;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the cluster knows of the pods that wait for a volume, and of where they can run.
 *
 * <p>Every method throws {@link cn.ucloud.csi.udisk.common.error.DriverException.Unavailable} if
 * that cannot be found out now.
 */
public interface Scheduling {

  /** The node selected for the pod that waits for the claim; empty if none was, or is there. */
  Optional<SelectedNode> findSelectedNode(Claim claim);

  /** Whether the claim waits for no pod, so that any node will do. False if that is not known. */
  boolean isImmediate(Claim claim);

  /** The segments of all nodes whose own contain {@code wanted}, each once, in a stable order. */
  List<Map<String, String>> segmentsOfNodes(Map<String, String> wanted);

  /**
   * Whether the claim came when this process was acting already, so that no other one can have
   * ordered its disk. False also if that is not known.
   */
  boolean isNew(Claim claim);

  /**
   * The same for the VolumeSnapshot whose UID the name of a snapshot carries, as the snapshotter
   * makes it. False also if that is not known, and if the name carries no UID.
   */
  boolean isNewSnapshot(String name);

  /**
   * Whether the claim that a volume of this name was asked for is not there any more. False also if
   * that is not known.
   */
  boolean isGone(Claim claim);

  /** Where there is no cluster. */
  static Scheduling none() {
    return new Scheduling() {
      @Override
      public Optional<SelectedNode> findSelectedNode(Claim claim) {
        return Optional.empty();
      }

      @Override
      public boolean isImmediate(Claim claim) {
        return false;
      }

      @Override
      public List<Map<String, String>> segmentsOfNodes(Map<String, String> wanted) {
        return List.of();
      }

      @Override
      public boolean isNew(Claim claim) {
        return false;
      }

      @Override
      public boolean isNewSnapshot(String name) {
        return false;
      }

      @Override
      public boolean isGone(Claim claim) {
        return false;
      }
    };
  }
}

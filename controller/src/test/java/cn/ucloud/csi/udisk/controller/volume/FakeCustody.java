package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A cluster that says whatever a test wants about disks. */
final class FakeCustody implements Custody {
  final List<String> asked = new ArrayList<>();
  final Set<String> ready = new HashSet<>();
  Optional<String> reasonToLeave = Optional.empty();
  Optional<String> reasonToKeep = Optional.empty();
  boolean answers = true;

  @Override
  public Optional<String> findReasonToLeave(VolumeId disk, String host) {
    ask(disk + " on " + host);
    return reasonToLeave;
  }

  @Override
  public Optional<String> findReasonToKeep(VolumeId disk, Claim claim) {
    ask(disk + " for " + claim.name());
    return reasonToKeep;
  }

  @Override
  public boolean isReady(NodeId host) {
    ask(host + " ready");
    return ready.contains(host.value());
  }

  /** Keeps what people are told, whomever it is told to. */
  static Notices listingTo(List<Notice> told) {
    return new Notices() {
      @Override
      public void about(Claim claim, Notice notice) {
        told.add(notice);
      }

      @Override
      public void about(VolumeId volume, Notice notice) {
        told.add(notice);
      }

      @Override
      public void aboutDriver(Notice notice) {
        told.add(notice);
      }
    };
  }

  private void ask(String what) {
    asked.add(what);
    if (!answers) {
      throw new Unavailable("the API server does not answer");
    }
  }

  /** The view of a cluster of which nothing else is known. */
  ClusterView view() {
    return view(Notices.none());
  }

  ClusterView view(Notices notices) {
    return new ClusterView(
        NodeDirectory.none(), Scheduling.none(), this, Publications.none(), notices);
  }
}

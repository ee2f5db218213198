package cn.ucloud.csi.udisk.controller.cloud;

import cn.ucloud.csi.udisk.common.ucloud.label.Label;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import java.time.Duration;

/**
 * A region as {@link DiskApiContract}, {@link SnapshotApiContract} and {@link LabelApiContract}
 * arrange it, behind the fakes or behind the real adapters.
 */
interface ApiHarness extends AutoCloseable {
  /** How long each step takes. */
  Duration STEP = Duration.ofSeconds(2);

  String ZONE = "cn-bj2-02";
  String OTHER_ZONE = "cn-bj2-05";

  /** In {@link #ZONE}, in no RDMA cluster. */
  String A = "uhost-a";

  /** In {@link #ZONE}, in no RDMA cluster. */
  String B = "uhost-b";

  /** In {@link #OTHER_ZONE}. */
  String FAR = "uhost-far";

  /** In {@link #ZONE}, in the RDMA cluster {@code rdma-1}. */
  String FAST = "uhost-fast";

  /** In {@link #ZONE}, in the RDMA cluster {@code rdma-2}. */
  String FAST_ELSEWHERE = "uhost-elsewhere";

  /** In {@link #ZONE}; it sees the growth of a disk only after a power cycle. */
  String SLOW = "uhost-slow";

  /** In {@link #ZONE}, bare metal. */
  String BARE_METAL = "upm-c";

  DiskApi disks();

  SnapshotApi snapshots();

  LabelApi labels();

  void pass(Duration duration);

  /** What is shown of disks from now on is so old. */
  void lag(Duration duration);

  /** What the next look at a disk by its id shows is so old. */
  void nextLookIsOld(Duration age);

  /** What becomes of the next request of {@code action}. */
  void next(String action, Fault fault);

  /** From now on nothing can be read. */
  void nothingCanBeRead();

  /** From now on the record of this disk, snapshot or host lacks {@code field}. */
  void showWithout(String id, String field);

  /** Somebody detaches the disk in the console. */
  void detached(UDisk disk);

  /** Somebody deletes the disk in the console. */
  void deleted(UDisk disk);

  /** Somebody pays for the disk by the month, for so much longer, in the console. */
  void paid(UDisk disk, Duration forSoLong);

  /** Somebody disables the key that the disk is encrypted with. */
  void locked(UDisk disk);

  /** Somebody labels a disk or a snapshot in the console. */
  void labelled(String resource, Label label);

  /** The host is gone, and its disks still name it. */
  void vanished(String host);

  @Override
  void close();
}

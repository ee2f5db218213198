package cn.ucloud.csi.udisk.controller.reads;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The hosts that disks are attached to. Many who ask are served by one call (decision 11), and a
 * host that was found serves for a few seconds: its zone never changes, and if it vanishes or moves
 * to another RDMA cluster meanwhile, the cloud refuses the attachment and the next call reads it
 * anew. Nothing that takes a disk away rests on this.
 */
public final class SharedHostReads {
  /** Most hosts that DescribeUHostInstance shows at once (UHost API, Limit). */
  private static final int MOST = 100;

  private static final Duration FRESH = Duration.ofSeconds(10);

  private record Found(Host host, long at) {}

  private final Batcher<NodeId, Optional<Host>> batches;
  private final Map<NodeId, Found> found = new ConcurrentHashMap<>();
  private final TimeSource time;

  public SharedHostReads(DiskApi disks, TimeSource time) {
    this.time = time;
    this.batches = new Batcher<>(time, Batcher.Gathering.NONE, MOST, disks::findHosts);
  }

  /** The host, whether it runs or not; empty only if there is none now. */
  public Optional<Host> find(NodeId node) {
    long now = time.now();
    found.values().removeIf(seen -> now - seen.at >= FRESH.toNanos());
    Found seen = found.get(node);
    if (seen != null) {
      return Optional.of(seen.host);
    }
    Optional<Host> host = batches.read(node);
    host.ifPresent(read -> found.put(node, new Found(read, now)));
    return host;
  }
}

package cn.ucloud.csi.udisk.admin.adapter;

import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.facts.Host;
import cn.ucloud.csi.udisk.admin.port.CloudApi;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.ucloud.RetCode;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribePHost;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUHostInstance;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The UCloud API, asked at most twice a second: the controller beside this program needs the
 * account's rate more. The client's own limiter finds out what the account bears and would use all
 * of it, so a fixed distance between requests stands before it.
 */
public final class UCloudApi implements CloudApi {
  private static final Duration DISTANCE = Duration.ofMillis(500);

  /** How many hosts one request may name. */
  private static final int MOST_HOSTS = 100;

  private static final Set<RetCode> KEY_FAULTS =
      EnumSet.of(
          RetCode.SIGNATURE_MISSING,
          RetCode.SIGNATURE_WRONG,
          RetCode.USER_UNKNOWN,
          RetCode.TOKEN_UNKNOWN,
          RetCode.PROJECT_UNKNOWN,
          RetCode.CALLER_ADDRESS_REFUSED,
          RetCode.SECURITY_LOCK,
          RetCode.IAM_REFUSED);

  private final UCloudClient client;
  private final TimeSource time;
  private long next;

  public UCloudApi(UCloudClient client, TimeSource time) {
    this.client = client;
    this.time = time;
    this.next = time.now();
  }

  @Override
  public List<Disk> disks(Progress progress) throws Unreadable {
    Map<String, Disk> found = new LinkedHashMap<>();
    int offset = 0;
    Page<UDisk> page;
    do {
      page = ask("disks", DescribeUDisk.all(offset).withBill());
      page.items().forEach(disk -> found.put(disk.id(), disk(disk)));
      offset += page.size();
      progress.read(offset, page.totalCount());
    } while (page.size() > 0 && offset < page.totalCount());
    return List.copyOf(found.values());
  }

  @Override
  public List<Disk> disksOn(String host) throws Unreadable {
    return ask("disks of " + host, DescribeUDisk.onHost(host, 0).withBill()).items().stream()
        .map(UCloudApi::disk)
        .toList();
  }

  @Override
  public Optional<Disk> disk(String id) throws Unreadable {
    Page<UDisk> page = ask("disk " + id, DescribeUDisk.byId(id).withBill());
    if (page.odd().stream().anyMatch(odd -> odd.mayBe(id))) {
      throw odd("disk " + id);
    }
    return page.items().stream()
        .filter(disk -> disk.id().equals(id))
        .findFirst()
        .map(UCloudApi::disk);
  }

  @Override
  public List<Facts.Snapshot> snapshotsOf(Disk disk) throws Unreadable {
    List<Facts.Snapshot> found = new ArrayList<>();
    int offset = 0;
    Page<UDiskSnapshot> page;
    do {
      page =
          ask(
              "snapshots of " + disk.id(),
              DescribeUDiskSnapshot.ofDisk(disk.zone(), disk.id(), offset));
      if (!page.odd().isEmpty()) {
        throw odd("snapshots of " + disk.id());
      }
      page.items().forEach(item -> found.add(snapshot(item)));
      offset += page.size();
    } while (page.size() > 0 && offset < page.totalCount());
    return found;
  }

  @Override
  public List<Facts.Snapshot> interimSnapshots(String clusterId) throws Unreadable {
    List<Facts.Snapshot> found = new ArrayList<>();
    int offset = 0;
    Page<UDiskSnapshot> page;
    do {
      page = ask("snapshots", DescribeUDiskSnapshot.all(offset));
      page.items().stream()
          .filter(item -> DiskName.isOfInterimSnapshot(item.name(), clusterId))
          .forEach(item -> found.add(snapshot(item)));
      offset += page.size();
    } while (page.size() > 0 && offset < page.totalCount());
    return found;
  }

  private static Facts.Snapshot snapshot(UDiskSnapshot item) {
    return new Facts.Snapshot(item.id(), item.name(), item.diskId(), "");
  }

  private static Unreadable odd(String what) {
    return new Unreadable(
        what, Gap.Kind.ODD, "the cloud's record of %s cannot be read".formatted(what));
  }

  @Override
  public List<Host> hosts(List<String> ids) throws Unreadable {
    List<Host> hosts = new ArrayList<>();
    for (boolean isBareMetal : List.of(false, true)) {
      List<String> some =
          ids.stream()
              .filter(id -> new NodeId(id).isBareMetal() == isBareMetal)
              .distinct()
              .toList();
      for (int from = 0; from < some.size(); from += MOST_HOSTS) {
        List<String> asked = some.subList(from, Math.min(some.size(), from + MOST_HOSTS));
        hosts.addAll(hosts(asked, isBareMetal));
      }
    }
    return hosts;
  }

  private List<Host> hosts(List<String> asked, boolean isBareMetal) throws Unreadable {
    var page =
        ask("hosts", isBareMetal ? new DescribePHost(asked) : new DescribeUHostInstance(asked));
    List<Host> hosts = new ArrayList<>();
    for (String id : asked) {
      var found = page.items().stream().filter(host -> host.id().equals(id)).findFirst();
      if (found.isPresent()) {
        hosts.add(
            new Host(
                id,
                true,
                found.get().state().orElse(""),
                found.get().zone(),
                found.get().dataDisks().size()));
      } else if (page.odd().stream().noneMatch(odd -> odd.mayBe(id))) {
        hosts.add(new Host(id, false, "", "", 0));
      }
    }
    return hosts;
  }

  private static Disk disk(UDisk disk) {
    return new Disk(
        disk.id(),
        disk.name(),
        disk.status().name(),
        disk.type().map(DiskType::className).orElse(""),
        disk.size().gib(),
        disk.zone(),
        disk.hostId().orElse(""),
        disk.hostIp().orElse(""),
        disk.deviceName().map(Object::toString).orElse(""),
        disk.isSystemDisk(),
        Instant.ofEpochSecond(disk.createTime()),
        disk.standing().paidUntil().orElse(Instant.EPOCH),
        disk.standing().isExpired(),
        disk.standing().keyProblem().orElse(""));
  }

  private <R> R ask(String what, UCloudAction<R> action) throws Unreadable {
    try {
      keepDistance();
      return client.call(action);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Unreadable(what, Gap.Kind.NOT_ASKED, "interrupted");
    } catch (UCloudException.ApiRefused e) {
      boolean isAboutKeys =
          RetCode.of(e.retCode()).filter(code -> KEY_FAULTS.contains(code)).isPresent();
      throw new Unreadable(
          what, isAboutKeys ? Gap.Kind.KEYS_REFUSED : Gap.Kind.CLOUD_UNREACHABLE, e.sentence());
    } catch (DriverException.BadCredentials e) {
      throw new Unreadable(what, Gap.Kind.KEYS_REFUSED, e.sentence());
    } catch (UCloudException e) {
      throw new Unreadable(what, Gap.Kind.CLOUD_UNREACHABLE, e.sentence());
    }
  }

  private synchronized void keepDistance() throws InterruptedException {
    long now = time.now();
    if (next > now) {
      time.sleep(Duration.ofNanos(next - now));
    }
    next = Math.max(now, next) + DISTANCE.toNanos();
  }
}

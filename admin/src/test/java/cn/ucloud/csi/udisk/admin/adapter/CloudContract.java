package cn.ucloud.csi.udisk.admin.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.facts.Facts.Snapshot;
import cn.ucloud.csi.udisk.admin.facts.Host;
import cn.ucloud.csi.udisk.admin.port.CloudApi;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What tests believe of the fake of the cloud, and the program of the real adapter. */
abstract class CloudContract {
  static final String ZONE = "cn-bj2-02";
  static final String HOST = "uhost-a";
  static final String OTHER_HOST = "upm-b";

  abstract CloudApi api();

  /** An SSD disk of 20 GiB in the zone; says its id. */
  abstract String make(String name) throws Exception;

  abstract void attach(String disk, String host) throws Exception;

  abstract void detach(String disk, String host) throws Exception;

  abstract void delete(String disk) throws Exception;

  /** Says its id. */
  abstract String snapshot(String disk, String name) throws Exception;

  /** Somebody pays for it by the month, and disables its key. */
  abstract void payAndLock(String disk, Instant until);

  abstract void powerOff(String host);

  /** The same cloud with keys that it refuses. */
  abstract CloudApi withWrongKeys();

  /** From now on nobody answers. */
  abstract void silence();

  @Test
  void whatIsPaidAndAKeyThatCannotBeUsedAreSaidByEveryRead() throws Exception {
    String id = make("pvc-1_uk8s-1");
    assertThat(api().disk(id).orElseThrow().paidUntil()).isEqualTo(Instant.EPOCH);
    assertThat(api().disk(id).orElseThrow().keyProblem()).isEmpty();
    attach(id, HOST);
    Instant end = Instant.parse("2020-01-01T00:00:00Z");
    payAndLock(id, end);
    List<Disk> each = new ArrayList<>(api().disksOn(HOST));
    each.addAll(api().disks((_, _) -> {}));
    each.add(api().disk(id).orElseThrow());
    assertThat(each)
        .filteredOn(disk -> disk.id().equals(id))
        .hasSize(3)
        .allMatch(disk -> disk.paidUntil().equals(end) && disk.isExpired())
        .allMatch(disk -> disk.keyProblem().equals("Disabled"));
  }

  @Test
  void aFreeDiskIsSaidAsItWasMade() throws Exception {
    String id = make("pvc-1_uk8s-1");
    Disk disk = api().disk(id).orElseThrow();
    assertThat(disk.id()).isEqualTo(id);
    assertThat(disk.name()).isEqualTo("pvc-1_uk8s-1");
    assertThat(disk.exists()).isTrue();
    assertThat(disk.isFree()).isTrue();
    assertThat(disk.isInUse()).isFalse();
    assertThat(disk.type()).isEqualTo("ssd");
    assertThat(disk.gib()).isEqualTo(20);
    assertThat(disk.zone()).isEqualTo(ZONE);
    assertThat(disk.host()).isEmpty();
    assertThat(disk.device()).isEmpty();
    assertThat(disk.isSystemDisk()).isFalse();
    assertThat(disk.isOf("uk8s-1")).isTrue();
    assertThat(disk.isOf("uk8s-2")).isFalse();
  }

  @Test
  void anAttachedDiskIsSaidToBeOnItsHostUnderALetter() throws Exception {
    String id = make("a");
    attach(id, HOST);
    Disk disk = api().disk(id).orElseThrow();
    assertThat(disk.isInUse()).isTrue();
    assertThat(disk.isFree()).isFalse();
    assertThat(disk.host()).isEqualTo(HOST);
    assertThat(disk.device()).matches("vd[a-z]");
    assertThat(api().disksOn(HOST)).extracting(Disk::id).contains(id);
    assertThat(api().disksOn(OTHER_HOST)).extracting(Disk::id).doesNotContain(id);
  }

  @Test
  void aDetachedDiskIsFreeAndOnNoHost() throws Exception {
    String id = make("a");
    attach(id, HOST);
    detach(id, HOST);
    Disk disk = api().disk(id).orElseThrow();
    assertThat(disk.isFree()).isTrue();
    assertThat(disk.host()).isEmpty();
    assertThat(disk.device()).isEmpty();
    assertThat(api().disksOn(HOST)).extracting(Disk::id).doesNotContain(id);
  }

  @Test
  void theListOfTheRegionHasEachDiskOnce() throws Exception {
    String free = make("free");
    String used = make("used");
    attach(used, HOST);
    assertThat(api().disks((_, _) -> {}))
        .filteredOn(disk -> !disk.isSystemDisk())
        .extracting(Disk::id)
        .containsExactlyInAnyOrder(free, used);
    assertThat(api().disks((_, _) -> {}))
        .contains(api().disk(free).orElseThrow(), api().disk(used).orElseThrow());
  }

  @Test
  void aDeletedDiskIsNowhere() throws Exception {
    String id = make("a");
    delete(id);
    assertThat(api().disk(id)).isEmpty();
    assertThat(api().disks((_, _) -> {})).extracting(Disk::id).doesNotContain(id);
  }

  @Test
  void whatNobodyMadeIsAbsent() throws Exception {
    assertThat(api().disk("bsm-none")).isEmpty();
    assertThat(api().disksOn("uhost-none")).isEmpty();
  }

  @Test
  void hostsAreToldAsTheyAreAndUnknownOnesToo() throws Exception {
    powerOff(HOST);
    List<Host> hosts = api().hosts(List.of(HOST, OTHER_HOST, "uhost-none"));
    assertThat(hosts)
        .extracting(Host::id)
        .containsExactlyInAnyOrder(HOST, OTHER_HOST, "uhost-none");
    assertThat(hosts)
        .filteredOn(Host::isOff)
        .extracting(Host::id)
        .containsExactlyInAnyOrder(HOST, "uhost-none");
    assertThat(hosts)
        .filteredOn(host -> !host.exists())
        .extracting(Host::id)
        .containsExactly("uhost-none");
    assertThat(api().hosts(List.of())).isEmpty();
  }

  @Test
  void snapshotsAreThoseOfTheDiskAlone() throws Exception {
    String id = make("a");
    String other = make("b");
    String snapshot = snapshot(id, "snap");
    assertThat(api().snapshotsOf(api().disk(id).orElseThrow()))
        .containsExactly(new Snapshot(snapshot, "snap", id, ""));
    assertThat(api().snapshotsOf(api().disk(other).orElseThrow())).isEmpty();
  }

  @Test
  void interimSnapshotsAreThoseOfTheClusterWhoseNamesSaySo() throws Exception {
    String id = make("a");
    String other = make("b");
    String interim = snapshot(id, "pvc-1_clone_uk8s-1");
    var _ = snapshot(other, "snapshot-1_uk8s-1");
    var _ = snapshot(make("c"), "pvc-1_clone_uk8s-2");
    assertThat(api().interimSnapshots("uk8s-1"))
        .containsExactly(new Snapshot(interim, "pvc-1_clone_uk8s-1", id, ""));
  }

  private List<ThrowingCallable> questions(CloudApi api) throws Exception {
    Disk disk = api().disk(make("a")).orElseThrow();
    return List.of(
        () -> api.disk(disk.id()),
        () -> api.disks((_, _) -> {}),
        () -> api.disksOn(HOST),
        () -> api.snapshotsOf(disk),
        () -> api.interimSnapshots("uk8s-1"),
        () -> api.hosts(List.of(HOST)));
  }

  private static void assertGap(Gap.Kind kind, List<ThrowingCallable> questions) {
    for (ThrowingCallable question : questions) {
      Unreadable gap = catchThrowableOfType(Unreadable.class, question);
      assertThat(gap).isNotNull();
      assertThat(gap.gap().kind()).isEqualTo(kind);
      assertThat(gap.gap().why()).isNotBlank();
    }
  }

  @Test
  void keysThatAreRefusedAnswerNothing() throws Exception {
    assertGap(Gap.Kind.KEYS_REFUSED, questions(withWrongKeys()));
  }

  @Test
  void aCloudThatDoesNotAnswerSaysNothingIsAbsent() throws Exception {
    List<ThrowingCallable> questions = questions(api());
    silence();
    assertGap(Gap.Kind.CLOUD_UNREACHABLE, questions);
  }
}

package cn.ucloud.csi.udisk.controller.change;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.change.RequestJournal.Left;
import cn.ucloud.csi.udisk.controller.change.RequestJournal.Note;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a process left is told apart from what may be older than what it saw. */
class RequestNameTest {
  private static final String DISK = "bsm-1";
  private static final Left CREATED = seen(RequestName.creation(DISK));
  private static final Left ATTACHED = seen(RequestName.attach(DISK, "uhost-a"));
  private static final Left DETACHED = seen(RequestName.detach(DISK));
  private static final Left ATTACH_SENT = sent(RequestName.attach(DISK, "uhost-a"));
  private static final UDisk FREE = disk(UDiskStatus.AVAILABLE, Optional.empty());
  private static final UDisk ON_A = disk(UDiskStatus.INUSE, Optional.of("uhost-a"));
  private static final UDisk ON_B = disk(UDiskStatus.INUSE, Optional.of("uhost-b"));

  @Test
  void aDiskThatWasJustMadeIsNeverOlderThanItsCreation() {
    assertThat(RequestName.isNew(List.of(CREATED), FREE)).isTrue();
    assertThat(RequestName.isNew(List.of(CREATED, ATTACH_SENT), FREE)).isTrue();
    assertThat(RequestName.isNew(List.of(CREATED, ATTACH_SENT), ON_A)).isTrue();
  }

  @Test
  void aDiskThatWasAttachedMayBeShownFreeFromBefore() {
    assertThat(RequestName.isNew(List.of(ATTACHED), FREE)).isFalse();
    assertThat(RequestName.isNew(List.of(CREATED, ATTACHED), FREE)).isFalse();
    assertThat(RequestName.isNew(List.of(ATTACHED), ON_B)).isFalse();
    assertThat(RequestName.isNew(List.of(ATTACHED), disk(UDiskStatus.ATTACHING, ON_A.hostId())))
        .isFalse();
  }

  @Test
  void aDiskThatIsOnTheHostToWhichItWasAttachedIsNoOlder() {
    assertThat(RequestName.isNew(List.of(ATTACHED), ON_A)).isTrue();
    assertThat(RequestName.isNew(List.of(CREATED, ATTACHED), ON_A)).isTrue();
  }

  @Test
  void aDiskThatWasDetachedBetweenMayBeShownOnItsHostFromBefore() {
    assertThat(RequestName.isNew(List.of(DETACHED, ATTACHED), ON_A)).isFalse();
    assertThat(RequestName.isNew(List.of(ATTACHED, DETACHED), ON_A)).isFalse();
    assertThat(RequestName.isNew(List.of(DETACHED, ATTACH_SENT), ON_A)).isFalse();
  }

  @Test
  void aDiskThatWasDetachedIsFreeUnlessItWasFreeBeforeThat() {
    assertThat(RequestName.isNew(List.of(DETACHED), FREE)).isTrue();
    assertThat(RequestName.isNew(List.of(ATTACHED, DETACHED), FREE)).isFalse();
    assertThat(RequestName.isNew(List.of(CREATED, ATTACHED, DETACHED), FREE)).isFalse();
  }

  private static UDisk disk(UDiskStatus status, Optional<String> host) {
    return FakeDiskApi.disk(DISK, "pvc-1", status, host);
  }

  private static Left seen(String what) {
    return new Left(Note.NONE, DISK, what, true);
  }

  private static Left sent(String what) {
    return new Left(Note.NONE, DISK, what, false);
  }
}

package cn.ucloud.csi.udisk.admin.check;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.facts.Facts.ObjectKind;
import cn.ucloud.csi.udisk.admin.fixture.Edited;
import cn.ucloud.csi.udisk.admin.fixture.Shop;
import cn.ucloud.csi.udisk.admin.link.Looked;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Each code is found where it should be, and not in the nearest case in which all is well. */
class ChecksTest {
  private static final Set<Code> FOUND = new TreeSet<>();

  /** That of the shop's facts, in which it is noon. */
  private static final String LONG_AGO = "\"2026-11-30T11:30:00Z\"";

  private static final String JUST_NOW = "\"2026-11-30T11:59:30Z\"";

  private static Edited shop() {
    return Edited.shop();
  }

  private static List<Code> codes(Edited edited) {
    return Checks.run(edited.facts()).stream().map(Finding::code).distinct().toList();
  }

  private static void found(Code code, Edited edited) {
    FOUND.add(code);
    assertThat(codes(edited)).contains(code);
  }

  private static void quiet(Code code, Edited edited) {
    assertThat(codes(edited)).doesNotContain(code);
  }

  private static void quiet(Edited edited) {
    assertThat(codes(edited)).isEmpty();
  }

  /** UD113 is a refusal. */
  @AfterAll
  static void everyCodeHasATest() {
    assertThat(FOUND).containsAll(EnumSet.complementOf(EnumSet.of(Code.UD113)));
  }

  @Test
  void nothingIsWrongInTheShop() {
    quiet(shop());
  }

  @Test
  void nobodyActs() {
    found(Code.UD100, shop().set("/driver/renewedAt", LONG_AGO));
    found(Code.UD100, shop().set("/driver/holder", "''"));
    quiet(Code.UD100, shop().set("/driver/namespace", "''"));
  }

  @Test
  void aControllerIsNotReady() {
    found(Code.UD101, shop().set("/driver/controllers/0/isReady", "false"));
    quiet(Code.UD101, shop().set("/driver/nodePlugins/0/isReady", "false"));
  }

  @Test
  void keysAreRefused() {
    Edited refused = shop().add("/gaps", "{what: cloud, kind: KEYS_REFUSED, why: wrong}");
    found(Code.UD102, refused);
    quiet(Code.UD103, refused);
    quiet(Code.UD190, refused);
  }

  @Test
  void theCloudDoesNotAnswer() {
    Edited silent = shop().add("/gaps", "{what: cloud, kind: CLOUD_UNREACHABLE, why: timeout}");
    found(Code.UD103, silent);
    quiet(Code.UD102, silent);
  }

  @Test
  void theClockIsWrongBothWays() {
    found(Code.UD104, shop().set("/clockAheadMillis", "61000"));
    found(Code.UD104, shop().set("/clockAheadMillis", "-61000"));
    quiet(Code.UD104, shop().set("/clockAheadMillis", "59000"));
  }

  @Test
  void aPluginDoesNotRun() {
    found(Code.UD105, shop().set("/driver/nodePlugins/0/isReady", "false"));
    quiet(
        Code.UD105,
        shop().set("/driver/nodePlugins/0/isReady", "false").set("/nodes/0/ready", "Unknown"));
    quiet(Code.UD105, shop().none("/driver/nodePlugins"));
  }

  @Test
  void aNodeIsNotRegistered() {
    found(Code.UD106, shop().set("/nodes/0/registeredId", "''"));
    quiet(
        Code.UD106,
        shop()
            .set("/nodes/0/registeredId", "''")
            .add("/gaps", "{what: csinodes, kind: NOT_PERMITTED, why: no}"));
    quiet(
        Code.UD106,
        shop()
            .set("/nodes/0/registeredId", "''")
            .set("/driver/nodePlugins/0/isReady", "false")
            .set("/driver/nodePlugins/1/isReady", "false"));
  }

  @Test
  void podsHaveDifferentImages() {
    found(Code.UD107, shop().set("/driver/controllers/0/image", "udisk-csi:0.2.0"));
    quiet(Code.UD107, shop().set("/driver/controllers/0/image", "''"));
  }

  @Test
  void theDriverObjectIsMissing() {
    found(Code.UD108, shop().set("/driver/hasCsiDriver", "false"));
    quiet(Code.UD108, shop().set("/driver/hasCsiDriver", "false").set("/driver/namespace", "''"));
  }

  @Test
  void kubeletAttachesByItself() {
    found(Code.UD110, shop().set("/nodes/0/attachesByController", "false"));
    quiet(
        Code.UD110,
        shop().set("/nodes/0/attachesByController", "false").set("/nodes/0/registeredId", "''"));
  }

  @Test
  void kubeletUsesWhatNobodyAttached() {
    found(Code.UD111, shop().set("/nodes/0/volumesInUse", "[bsm-x1y2z3]"));
    quiet(
        Code.UD111,
        shop().set("/nodes/0/volumesInUse", "[bsm-x1y2z3]").set("/pods/0/phase", "Pending"));
    quiet(
        shop()
            .set("/nodes/0/volumesInUse", "[bsm-x1y2z3]")
            .set("/nodes/0/volumesAttached", "[bsm-x1y2z3]"));
    quiet(
        Code.UD111,
        shop()
            .set("/nodes/0/volumesInUse", "[bsm-x1y2z3]")
            .set("/nodes/0/taints", "['node.kubernetes.io/out-of-service=nodeshutdown']"));
  }

  private static Edited silent() {
    return shop().set("/nodes/0/ready", "Unknown").set("/nodes/0/renewedAt", LONG_AGO);
  }

  private static final String STAGED =
      "/var/lib/kubelet/plugins/kubernetes.io/csi/udisk.csi.ucloud.cn/%s/globalmount"
          .formatted(Looked.digest(Shop.DISK));

  /** The node of the pod, where the disk is /dev/vdc. */
  private static Edited looked() {
    return shop()
        .add(
            "/looks",
            """
            node: %s
            isWhole: true
            records: [bsm-x1y2z3]
            devices:
              - {name: vdc, number: '253:32', sectors: 41943040, serial: UCLOUD_DISK_VDB, holders: []}
            busy: []
            mounts:
              - {number: '253:32', root: /, point: %s, options: rw, type: ext4, superOptions: rw}
            """
                .formatted(Shop.NODE, STAGED));
  }

  @Test
  void aNodeLacksADiskThatTheCloudHasGivenIt() {
    quiet(looked());
    Edited other =
        looked().set("/looks/0/devices/0/serial", "UCLOUD_DISK_VDX").set("/looks/0/mounts", "[]");
    found(Code.UD152, other);
    quiet(other.set("/looks/0/isWhole", "false"));
    quiet(other.set("/looks/0/isWhole", "true").set("/disks/0/status", "DETACHING"));
    quiet(Code.UD152, looked().set("/looks/0/devices/0/serial", "''"));
    // It was not looked at the node that has it.
    quiet(Code.UD152, other.set("/disks/0/status", "INUSE").set("/looks/0/node", Shop.OTHER_NODE));
  }

  @Test
  void aVolumeIsMountedWithoutAnAttachment() {
    found(Code.UD153, looked().none("/attachments"));
    found(Code.UD153, looked().set("/looks/0/node", Shop.OTHER_NODE));
    // The attachment could not be read, or was not looked for.
    quiet(
        Code.UD153,
        looked()
            .none("/attachments")
            .add("/gaps", "{what: volumeattachments, kind: NOT_PERMITTED, why: no}"));
    quiet(Code.UD153, looked().set("/looks/0/node", Shop.OTHER_NODE).half(ObjectKind.ATTACHMENTS));
    quiet(Code.UD153, looked().none("/attachments").set("/looks/0/mounts/0/point", "/mnt/other"));
  }

  @Test
  void aVolumeIsMountedFromAnotherDisk() {
    found(
        Code.UD154,
        looked()
            .add(
                "/looks/0/devices",
                "{name: vdd, number: '253:48', serial: UCLOUD_DISK_VDC, holders: []}")
            .set("/looks/0/mounts/0/number", "'253:48'"));
    quiet(
        looked()
            .set("/looks/0/mounts/0/number", "'0:5'")
            .set("/looks/0/mounts/0/root", "/vdc")
            .set("/looks/0/mounts/0/type", "devtmpfs"));
  }

  @Test
  void aFilesystemHasBecomeReadOnlyOnItsNode() {
    found(Code.UD151, looked().set("/looks/0/mounts/0/superOptions", "'ro,errors=remount-ro'"));
    found(Code.UD151, looked().set("/looks/0/mounts/0/superOptions", "'rw,emergency_ro'"));
    quiet(
        Code.UD151,
        looked()
            .set("/looks/0/mounts/0/superOptions", "ro")
            .set("/looks/0/mounts/0/options", "ro"));
    quiet(looked().set("/looks/0/mounts/0/superOptions", "'rw,errors=remount-ro'"));
  }

  @Test
  void aDeviceIsHeldThatIsToBeDetached() {
    Edited held =
        looked()
            .set("/looks/0/devices/0/holders", "[dm-0]")
            .set("/attachments/0/deletedAt", LONG_AGO);
    found(Code.UD155, held);
    quiet(Code.UD155, held.set("/attachments/0/deletedAt", "null"));
  }

  @Test
  void aDiskDoesNotTellItsSerial() {
    found(Code.UD156, looked().set("/looks/0/devices/0/serial", "''"));
  }

  @Test
  void aDiskIsSlow() {
    Edited slow =
        looked()
            .add(
                "/looks/0/busy",
                "{device: vdc, watchedMillis: 1000, completed: 4, tookMillis: 2000, inFlight: 2}");
    found(Code.UD157, slow);
    quiet(Code.UD157, slow.set("/looks/0/busy/0/tookMillis", "1999"));
    quiet(Code.UD157, slow.set("/looks/0/busy/0/device", "vda"));
    quiet(Code.UD158, slow);
  }

  @Test
  void aDiskCompletesNothing() {
    Edited none =
        looked()
            .add("/looks/0/busy", "{device: vdc, watchedMillis: 1000, completed: 0, inFlight: 3}");
    found(Code.UD158, none);
    quiet(Code.UD158, none.set("/looks/0/busy/0/watchedMillis", "999"));
    quiet(Code.UD158, none.set("/looks/0/busy/0/inFlight", "0"));
    quiet(Code.UD157, none);
  }

  @Test
  void aFilesystemHasMetErrors() {
    found(Code.UD159, looked().set("/looks/0/devices/0/errors", "2"));
    quiet(Code.UD159, looked().set("/looks/0/devices/0/errors", "0"));
  }

  @Test
  void aNodeIsSilent() {
    found(Code.UD112, silent());
    quiet(Code.UD112, silent().set("/nodes/0/renewedAt", JUST_NOW));
    quiet(Code.UD112, silent().none("/attachments"));
    quiet(
        Code.UD112,
        silent()
            .set(
                "/nodes/0/taints", "['node.kubernetes.io/out-of-service=nodeshutdown:NoExecute']"));
  }

  @Test
  void theHostOfANodeIsOff() {
    found(Code.UD114, silent().set("/hosts/0/state", "Stopped"));
    found(Code.UD114, silent().set("/hosts/0/exists", "false"));
    quiet(Code.UD114, silent());
    quiet(Code.UD114, shop().set("/hosts/0/state", "Stopped"));
    quiet(Code.UD114, silent().none("/hosts"));
  }

  @Test
  void labelsAndRegistrationDiffer() {
    found(Code.UD115, shop().set("/nodes/0/registeredId", "uhost-other"));
    found(Code.UD115, shop().set("/nodes/0/instances", "[uhost-abc, uhost-def]"));
    quiet(Code.UD115, shop().set("/nodes/0/registeredId", Shop.NODE));
  }

  @Test
  void aZoneIsUnknown() {
    found(Code.UD116, shop().set("/nodes/1/zone", "''"));
    quiet(Code.UD116, shop().set("/nodes/1/zone", "''").set("/nodes/1/registeredId", "''"));
  }

  @Test
  void aNodeIsFull() {
    found(Code.UD117, shop().set("/nodes/0/slots", "1"));
    quiet(shop().set("/nodes/0/slots", "2"));
    quiet(shop().set("/nodes/0/slots", "-1"));
  }

  @Test
  void aNodeThatIsBackIsStillMarked() {
    String mark = "['node.kubernetes.io/out-of-service=nodeshutdown:NoExecute']";
    found(Code.UD118, shop().set("/nodes/1/taints", mark));
    quiet(Code.UD118, shop().set("/nodes/1/taints", mark).set("/nodes/1/ready", "Unknown"));
    quiet(shop().set("/nodes/1/taints", "['node.kubernetes.io/unschedulable=:NoSchedule']"));
  }

  private static Edited free() {
    return shop().set("/disks/0/status", "AVAILABLE").set("/disks/0/host", "''");
  }

  @Test
  void theCloudDoesNotHaveWhatTheClusterSays() {
    found(Code.UD120, free());
    found(Code.UD120, shop().set("/disks/0/host", Shop.OTHER_HOST));
    quiet(Code.UD120, free().set("/disks/0/status", "ATTACHING"));
    quiet(Code.UD120, free().set("/disks/0/status", "DETACHING"));
    quiet(Code.UD120, free().set("/attachments/0/deletedAt", JUST_NOW));
    quiet(Code.UD120, free().set("/attachments/0/isAttached", "false"));
    quiet(Code.UD120, free().none("/disks"));
    quiet(Code.UD120, shop().set("/disks/0/host", "uhost-of-nobody"));
  }

  @Test
  void aDiskIsThereWithoutAnAttachment() {
    found(Code.UD121, shop().none("/attachments"));
    quiet(Code.UD121, free().none("/attachments"));
    quiet(Code.UD121, shop().set("/attachments/0/isAttached", "false"));
    quiet(Code.UD121, shop().none("/attachments").set("/disks/0/status", "DETACHING"));
    quiet(
        Code.UD121,
        shop()
            .none("/attachments")
            .add("/gaps", "{what: volumeattachments, kind: NOT_PERMITTED, why: no}"));
  }

  @Test
  void anAttachmentIsBeingDeletedForLong() {
    found(Code.UD122, shop().set("/attachments/0/deletedAt", LONG_AGO));
    Edited held =
        shop()
            .set("/attachments/0/deletedAt", LONG_AGO)
            .set("/attachments/0/finalizers", "[example.com/hang]");
    assertThat(Checks.run(held.facts()).getFirst().args()).endsWith("example.com/hang");
    quiet(Code.UD122, shop().set("/attachments/0/deletedAt", JUST_NOW));
  }

  private static Edited twoAttachments() {
    return shop()
        .twice("/attachments")
        .set("/attachments/1/name", "csi-other")
        .set("/attachments/1/node", Shop.OTHER_NODE);
  }

  @Test
  void aVolumeIsAttachedTwice() {
    found(Code.UD123, twoAttachments());
    quiet(Code.UD123, twoAttachments().set("/attachments/1/deletedAt", JUST_NOW));
    quiet(Code.UD123, twoAttachments().set("/attachments/1/isAttached", "false"));
  }

  private static Edited waiting() {
    return shop().none("/attachments").set("/pods/0/isReady", "false");
  }

  @Test
  void aPodWaitsForAnAttachmentThatNobodyMade() {
    found(Code.UD124, waiting());
    quiet(Code.UD124, waiting().set("/pods/0/createdAt", JUST_NOW));
    quiet(Code.UD124, waiting().set("/pods/0/deletedAt", JUST_NOW));
    quiet(Code.UD124, waiting().set("/pods/0/phase", "Succeeded"));
    quiet(Code.UD124, waiting().set("/volumes/0/kind", "FLEX"));
    quiet(
        Code.UD124,
        shop().set("/pods/0/isReady", "false").set("/attachments/0/isAttached", "false"));
    quiet(
        Code.UD124,
        waiting().add("/gaps", "{what: volumeattachments, kind: NOT_PERMITTED, why: no}"));
  }

  @Test
  void attachingFails() {
    found(
        Code.UD125,
        shop().set("/attachments/0/attachError", "no").set("/attachments/0/isAttached", "false"));
    quiet(shop().set("/attachments/0/attachError", "an older one"));
  }

  @Test
  void anAttachmentIsOfAVolumeThatIsGone() {
    found(Code.UD126, shop().none("/volumes"));
    quiet(Code.UD126, shop().none("/volumes").half(ObjectKind.VOLUMES));
    quiet(Code.UD126, shop().set("/attachments/0/volume", "''"));
  }

  @Test
  void anAttachmentIsToANodeThatIsGone() {
    found(Code.UD127, shop().set("/attachments/0/node", "10.9.9.9"));
    quiet(Code.UD127, shop().set("/attachments/0/node", "10.9.9.9").half(ObjectKind.NODES));
  }

  @Test
  void aClassBindsAtOnce() {
    found(Code.UD130, shop().set("/classes/0/binding", "Immediate"));
    quiet(shop().set("/classes/0/binding", "Immediate").set("/classes/0/provisioner", "other.csi"));
  }

  private static Edited pending() {
    return shop()
        .add(
            "/claims",
            "{namespace: shop, name: new, uid: u, phase: Pending, className: ssd-csi-udisk}");
  }

  @Test
  void aClassDoesNotExist() {
    found(Code.UD131, pending().set("/claims/1/className", "none"));
    quiet(pending());
    quiet(pending().set("/claims/1/className", "''"));
    quiet(
        Code.UD131,
        pending().set("/claims/1/className", "by-hand").set("/volumes/0/className", "by-hand"));
    quiet(
        Code.UD131,
        pending()
            .set("/claims/1/className", "none")
            .add("/gaps", "{what: storageclasses, kind: NOT_PERMITTED, why: no}"));
  }

  private static Edited unscheduled() {
    return shop()
        .set("/pods/0/node", "''")
        .set("/pods/0/isReady", "false")
        .set("/pods/0/unscheduled", "0/2 nodes are available");
  }

  @Test
  void aPodFindsNoNode() {
    found(Code.UD132, unscheduled());
    quiet(Code.UD132, unscheduled().set("/pods/0/unscheduled", "''"));
    quiet(Code.UD132, unscheduled().set("/pods/0/claims", "[of-another-driver]"));
  }

  @Test
  void noNodeIsInTheZone() {
    found(Code.UD133, shop().set("/volumes/0/zones", "[cn-bj2-05]"));
    found(Code.UD133, shop().set("/nodes/0/ready", "Unknown").set("/nodes/1/ready", "False"));
    quiet(Code.UD133, shop().set("/nodes/0/ready", "Unknown"));
    quiet(Code.UD133, shop().set("/volumes/0/zones", "[cn-bj2-05]").half(ObjectKind.NODES));
    quiet(shop().set("/volumes/0/zones", "[]"));
  }

  @Test
  void noNodeInTheZoneTakesRssd() {
    found(Code.UD134, shop().set("/volumes/0/needsRssd", "true"));
    quiet(shop().set("/volumes/0/needsRssd", "true").set("/nodes/1/takesRssd", "true"));
    quiet(Code.UD134, shop().set("/volumes/0/needsRssd", "true").half(ObjectKind.NODES));
  }

  @Test
  void theSelectedNodeIsGone() {
    found(Code.UD135, pending().set("/claims/1/selectedNode", "10.9.9.9"));
    quiet(pending().set("/claims/1/selectedNode", Shop.NODE));
    quiet(Code.UD135, pending().set("/claims/1/selectedNode", "10.9.9.9").half(ObjectKind.NODES));
    // With what belongs to a namespace the node is asked for by its name.
    found(
        Code.UD135,
        pending()
            .set("/claims/1/selectedNode", "10.9.9.9")
            .half(ObjectKind.NODES)
            .set("/scope/namespace", "shop"));
    quiet(
        Code.UD135,
        pending()
            .set("/claims/1/selectedNode", "10.9.9.9")
            .half(ObjectKind.NODES)
            .set("/scope/namespace", "shop")
            .add("/gaps", "{what: 10.9.9.9, kind: CLUSTER_UNREACHABLE, why: no}"));
  }

  private static final String PROVISIONING_FAILED =
      """
      {kind: PersistentVolumeClaim, namespace: shop, name: new, isWarning: true,
       reason: ProvisioningFailed, message: sold out, lastSeen: "2026-11-30T11:59:00Z", count: 1}
      """;

  @Test
  void aVolumeCannotBeMade() {
    found(Code.UD136, pending().add("/events", PROVISIONING_FAILED));
    quiet(
        Code.UD136,
        pending().add("/events", PROVISIONING_FAILED.replace("name: new", "name: other")));
    quiet(
        Code.UD136, pending().set("/claims/1/phase", "Bound").add("/events", PROVISIONING_FAILED));
  }

  private static Edited released() {
    return shop().set("/volumes/0/phase", "Released").set("/volumes/0/reclaimPolicy", "Retain");
  }

  @Test
  void aVolumeIsReleased() {
    found(Code.UD140, released());
    quiet(Code.UD140, released().set("/volumes/0/reclaimPolicy", "Delete"));
    quiet(Code.UD140, released().set("/volumes/0/deletedAt", JUST_NOW));
  }

  @Test
  void aClaimIsBeingDeletedForLong() {
    found(Code.UD141, shop().set("/claims/0/deletedAt", LONG_AGO));
    quiet(shop().set("/claims/0/deletedAt", JUST_NOW));
  }

  @Test
  void aVolumeIsBeingDeletedForLong() {
    found(Code.UD142, shop().set("/volumes/0/deletedAt", LONG_AGO));
    quiet(shop().set("/volumes/0/deletedAt", JUST_NOW));
  }

  @Test
  void aClaimHasLostItsVolume() {
    found(Code.UD143, shop().set("/claims/0/phase", "Lost"));
    quiet(Code.UD143, shop().set("/claims/0/phase", "Pending"));
  }

  @Test
  void aDiskCannotBeDeleted() {
    found(Code.UD144, shop().set("/volumes/0/phase", "Failed"));
    quiet(Code.UD144, shop().set("/volumes/0/phase", "Released"));
  }

  @Test
  void twoVolumesNameOneDisk() {
    found(Code.UD145, shop().twice("/volumes").set("/volumes/1/name", "other"));
    quiet(
        Code.UD145,
        shop()
            .twice("/volumes")
            .set("/volumes/1/name", "other")
            .set("/volumes/1/disk", "bsm-other"));
    quiet(
        Code.UD145,
        shop().set("/volumes/0/disk", "''").twice("/volumes").set("/volumes/1/name", "other"));
  }

  private static final String FAILED_MOUNT =
      """
      {kind: Pod, namespace: shop, name: mysql-0, isWarning: true, reason: FailedMount,
       message: not blank, lastSeen: "2026-11-30T11:59:00Z", count: 3}
      """;

  @Test
  void aVolumeCannotBeMounted() {
    found(Code.UD150, shop().set("/pods/0/isReady", "false").add("/events", FAILED_MOUNT));
    quiet(shop().add("/events", FAILED_MOUNT));
    quiet(
        Code.UD150,
        shop()
            .set("/pods/0/isReady", "false")
            .set("/pods/0/createdAt", JUST_NOW)
            .add("/events", FAILED_MOUNT));
    quiet(
        Code.UD150,
        shop()
            .set("/pods/0/isReady", "false")
            .add("/events", FAILED_MOUNT.replace("mysql-0", "mysql-1")));
  }

  @Test
  void aFilesystemHasStoppedAfterAnError() {
    String stopped =
        FAILED_MOUNT.replaceFirst(
            "message: [^,}]*",
            "message: 'the filesystem of volume bsm-x1y2z3 has stopped, it is read-only since an"
                + " error'");
    found(Code.UD151, shop().set("/pods/0/isReady", "false").add("/events", stopped));
    quiet(Code.UD150, shop().set("/pods/0/isReady", "false").add("/events", stopped));
    quiet(Code.UD151, shop().set("/pods/0/isReady", "false").add("/events", FAILED_MOUNT));
  }

  private static Edited leaked() {
    return shop()
        .add(
            "/disks",
            """
            {id: bsm-leak, name: pvc-0_uk8s-shop, status: AVAILABLE, gib: 20, zone: cn-bj2-02,
             createdAt: "2026-11-01T00:00:00Z"}
            """);
  }

  @Test
  void aDiskIsLeaked() {
    found(Code.UD160, leaked());
    quiet(leaked().set("/disks/1/createdAt", LONG_AGO));
    quiet(leaked().set("/disks/1/name", "pvc-0_uk8s-other"));
    quiet(leaked().set("/disks/1/name", "made-by-hand"));
    quiet(Code.UD160, leaked().set("/volumes/0/disk", "bsm-leak"));
    quiet(
        leaked()
            .set("/disks/1/name", "pvc-5f7f_uk8s-shop")
            .add("/claims", "{namespace: shop, name: new, uid: 5f7f, phase: Pending}"));
    quiet(leaked().half(ObjectKind.VOLUMES));
    quiet(leaked().half(ObjectKind.CLAIMS));
  }

  @Test
  void aDiskIsGone() {
    found(Code.UD161, shop().set("/disks/0", "{id: bsm-x1y2z3}"));
    quiet(Code.UD161, shop().none("/disks"));
    quiet(Code.UD161, shop().set("/volumes/0/disk", "''"));
  }

  @Test
  void disksHaveTheSameName() {
    found(
        Code.UD162,
        shop().twice("/disks").set("/disks/1/id", "bsm-second").set("/disks/1/host", "''"));
    quiet(
        Code.UD162,
        shop().twice("/disks").set("/disks/1/id", "bsm-second").set("/disks/1/name", "other"));
    quiet(
        Code.UD162,
        shop().set("/disks/0/name", "backup").twice("/disks").set("/disks/1/id", "bsm-second"));
  }

  @Test
  void theCloudCallsADiskFailed() {
    found(Code.UD163, shop().set("/disks/0/status", "CREATE_FAILED"));
    quiet(
        Code.UD163,
        shop()
            .twice("/disks")
            .set("/disks/1/id", "bsm-of-others")
            .set("/disks/1/name", "of-others")
            .set("/disks/1/status", "FAILED"));
  }

  @Test
  void aDiskEndsSoon() {
    Instant now = shop().facts().at();
    found(Code.UD164, shop().set("/disks/0/paidUntil", now.plus(Duration.ofDays(13)).toString()));
    found(Code.UD164, shop().set("/disks/0/paidUntil", now.minusSeconds(1).toString()));
    quiet(Code.UD164, shop().set("/disks/0/paidUntil", now.plus(Duration.ofDays(15)).toString()));
    quiet(Code.UD164, shop());
  }

  @Test
  void aDiskIsUnpaid() {
    found(Code.UD165, shop().set("/disks/0/isExpired", "true"));
    quiet(
        Code.UD164,
        shop().set("/disks/0/isExpired", "true").set("/disks/0/paidUntil", "2020-01-01T00:00:00Z"));
    quiet(
        Code.UD165,
        shop()
            .twice("/disks")
            .set("/disks/1/id", "bsm-of-others")
            .set("/disks/1/name", "of-others")
            .set("/disks/1/isExpired", "true"));
  }

  @Test
  void theKeyOfADiskCannotBeUsed() {
    found(Code.UD166, shop().set("/disks/0/keyProblem", "Disabled"));
    quiet(Code.UD166, shop().set("/disks/0/keyProblem", "''"));
  }

  @Test
  void aSnapshotOfACloneIsLeftThatNoClaimWaitsFor() {
    String uid = "6a9c1f0e-0000-4000-8000-00000000abcd";
    Edited left = shop().add("/snapshots", interim(uid, "uk8s-shop"));
    found(Code.UD167, left);
    quiet(
        Code.UD167, left.twice("/claims").set("/claims/1/uid", uid).set("/claims/1/volume", "''"));
    quiet(Code.UD167, shop().add("/snapshots", interim(uid, "uk8s-other")));
    found(
        Code.UD167,
        shop()
            .set("/claims/0/uid", uid) // which has its volume
            .add("/snapshots", interim(uid, "uk8s-shop")));
  }

  private static String interim(String uid, String cluster) {
    return "{id: bss-1, name: pvc-%s_clone_%s, disk: bsm-1, content: ''}".formatted(uid, cluster);
  }

  @Test
  void othersLeftSomething() {
    found(Code.UD170, shop().set("/volumes/0/kind", "FLEX"));
    found(Code.UD171, shop().set("/driver/otherWorkloads", "[daemonset kube-system/csi-udisk]"));
    found(
        Code.UD172,
        shop().set("/volumes/0/affinityKeys", "[topology.udisk.csi.ucloud.cn/rdma-cluster-id]"));
  }

  @Test
  void whatCannotBeReadIsSaid() {
    found(Code.UD190, shop().add("/gaps", "{what: nodes, kind: NOT_PERMITTED, why: no}"));
  }
}

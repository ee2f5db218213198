package cn.ucloud.csi.udisk.admin.plan;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.facts.Facts.ObjectKind;
import cn.ucloud.csi.udisk.admin.fixture.Edited;
import cn.ucloud.csi.udisk.admin.fixture.Shop;
import cn.ucloud.csi.udisk.admin.link.Links;
import org.junit.jupiter.api.Test;

/** Every proof that is asked for before a change: where it is missing, the sentence says so. */
class RefusalsTest {
  private static final String LONG_AGO = "\"2026-11-30T11:30:00Z\"";
  private static final String JUST_NOW = "\"2026-11-30T11:59:30Z\"";

  private static Decision of(Plan plan, Edited edited) {
    return plan.prove(new Links(edited.facts()));
  }

  private static void refused(String key, Plan plan, Edited edited) {
    assertThat(of(plan, edited))
        .isInstanceOfSatisfying(
            Decision.Refused.class, refusal -> assertThat(refusal.key()).isEqualTo(key));
  }

  private static void done(Plan plan, Edited edited) {
    assertThat(of(plan, edited)).isInstanceOf(Decision.Done.class);
  }

  private static void waits(Plan plan, Edited edited) {
    assertThat(of(plan, edited)).isInstanceOf(Decision.Wait.class);
  }

  private static void does(Plan plan, Edited edited) {
    assertThat(of(plan, edited)).isInstanceOf(Decision.Do.class);
  }

  private static Edited free(Edited edited) {
    return edited.set("/disks/0/status", "AVAILABLE").set("/disks/0/host", "''");
  }

  private static Edited released() {
    return free(Edited.shop())
        .none("/claims")
        .none("/pods")
        .none("/attachments")
        .set("/volumes/0/phase", "Released");
  }

  private static final Plan REBIND = new Rebind(Shop.VOLUME, "");

  @Test
  void rebind() {
    does(REBIND, released());
    refused("rebind.unknown", new Rebind("none", ""), released());
    refused("rebind.unknown", REBIND, released().set("/volumes/0/kind", "FLEX"));
    refused("rebind.noClaim", REBIND, released().set("/volumes/0/claimName", "''"));
    refused("rebind.bound", new Rebind(Shop.VOLUME, "shop/other"), Edited.shop());
    refused("rebind.deleting", REBIND, released().set("/volumes/0/deletedAt", JUST_NOW));
    refused("rebind.phase", REBIND, released().set("/volumes/0/phase", "Failed"));
    refused(
        "rebind.oldClaim",
        REBIND,
        free(Edited.shop()).none("/attachments").set("/volumes/0/phase", "Released"));
    refused(
        "rebind.claimBound",
        REBIND,
        released().add("/claims", "{namespace: shop, name: data-mysql-0, uid: n, volume: pv-2}"));
    refused(
        "rebind.claimDeleting",
        REBIND,
        released()
            .add("/claims", "{namespace: shop, name: data-mysql-0, uid: n}")
            .set("/claims/0/deletedAt", JUST_NOW));
    refused(
        "rebind.attached",
        REBIND,
        free(Edited.shop()).none("/claims").set("/volumes/0/phase", "Released"));
    refused("disk.notRead", REBIND, released().none("/disks"));
    refused("disk.gone", REBIND, released().set("/disks/0", "{id: bsm-x1y2z3}"));
    refused("disk.busy", REBIND, released().set("/disks/0/status", "INUSE"));
    refused("disk.busy", REBIND, released().set("/disks/0/status", "DETACHING"));
    refused("disk.shared", REBIND, released().twice("/volumes").set("/volumes/1/name", "adopted"));
    done(REBIND, Edited.shop());
  }

  @Test
  void protectTouchesOnlyThisDriversBoundVolumes() {
    Plan protect = new Protect("");
    does(protect, Edited.shop());
    done(protect, Edited.shop().set("/volumes/0/kind", "FLEX"));
    done(protect, Edited.shop().set("/volumes/0/phase", "Released"));
    done(protect, Edited.shop().set("/volumes/0/deletedAt", JUST_NOW));
    done(protect, Edited.shop().set("/volumes/0/reclaimPolicy", "Retain"));
    done(new Protect("other"), Edited.shop());
  }

  private static final Plan ADOPT = new Adopt("bsm-old", "shop/imported", "");

  private static Edited stray() {
    return Edited.shop()
        .add(
            "/disks",
            """
            {id: bsm-old, name: from-a-machine, status: AVAILABLE, gib: 20, zone: cn-bj2-02,
             type: ssd, createdAt: "2026-11-01T00:00:00Z"}
            """);
  }

  @Test
  void adopt() {
    does(ADOPT, stray());
    refused("adopt.known", ADOPT, stray().set("/volumes/0/disk", "bsm-old"));
    refused("disk.notRead", ADOPT, Edited.shop());
    refused("disk.gone", ADOPT, stray().set("/disks/1", "{id: bsm-old}"));
    refused("disk.system", ADOPT, stray().set("/disks/1/isSystemDisk", "true"));
    refused("disk.busy", ADOPT, stray().set("/disks/1/status", "INUSE"));
    refused("adopt.otherCluster", ADOPT, stray().set("/disks/1/name", "pvc-1_uk8s-other"));
    refused("adopt.noNode", ADOPT, stray().set("/disks/1/zone", "cn-bj2-05"));
    refused(
        "rebind.claimBound",
        ADOPT,
        stray().add("/claims", "{namespace: shop, name: imported, uid: i, volume: pv-2}"));
    refused(
        "rebind.claimDeleting",
        ADOPT,
        stray()
            .add("/claims", "{namespace: shop, name: imported, uid: i}")
            .set("/claims/1/deletedAt", JUST_NOW));
    refused(
        "leak.claimed",
        ADOPT,
        stray()
            .set("/disks/1/name", "pvc-77_uk8s-shop")
            .add("/claims", "{namespace: shop, name: new, uid: '77', phase: Pending}"));
  }

  /** Begun with another claim, or its claim was deleted meanwhile. */
  @Test
  void whatWasAdoptedForAnotherClaimIsNotGivenToThisOne() {
    Edited begun =
        stray()
            .add(
                "/volumes",
                """
                {name: adopted-bsm-old, uid: a, kind: CSI, disk: bsm-old, phase: Available,
                 claimNamespace: shop, claimName: other}
                """);
    refused("adopt.known", ADOPT, begun);
    refused(
        "adopt.known",
        ADOPT,
        begun.set("/volumes/1/claimName", "imported").set("/volumes/1/phase", "Released"));
    does(ADOPT, begun.set("/volumes/1/phase", "Available"));
    waits(
        ADOPT,
        begun.add("/claims", "{namespace: shop, name: imported, uid: i, volume: adopted-bsm-old}"));
  }

  private static final Plan REPAIR = new Repair(Shop.VOLUME);

  private static Edited stuck() {
    return Edited.shop().set("/attachments/0/deletedAt", LONG_AGO);
  }

  @Test
  void repairOfAnAttachmentThatDoesNotGo() {
    does(REPAIR, free(stuck()));
    refused("rebind.unknown", new Repair("none"), Edited.shop());
    refused("disk.notRead", REPAIR, stuck().none("/disks"));
    refused("repair.held", REPAIR, stuck());
    waits(REPAIR, free(stuck()).set("/disks/0/status", "DETACHING"));
    waits(REPAIR, free(stuck()).set("/attachments/0/deletedAt", JUST_NOW));
    refused("repair.finalizers", REPAIR, free(stuck()).set("/attachments/0/finalizers", "[a, b]"));
    refused(
        "disk.shared", REPAIR, free(stuck()).twice("/volumes").set("/volumes/1/name", "adopted"));
    // The disk is elsewhere, and kubelet still says that it is in use here.
    does(REPAIR, stuck().set("/disks/0/host", Shop.OTHER_HOST));
    refused(
        "repair.used",
        REPAIR,
        stuck().set("/disks/0/host", Shop.OTHER_HOST).set("/nodes/0/volumesInUse", "[bsm-x1y2z3]"));
    // A host of which no node is known may be any.
    refused("repair.held", REPAIR, stuck().set("/disks/0/host", "uhost-unknown"));
  }

  private static Edited doubled() {
    return Edited.shop()
        .twice("/attachments")
        .set("/attachments/1/name", "csi-other")
        .set("/attachments/1/node", Shop.OTHER_NODE);
  }

  @Test
  void repairOfTwoAttachments() {
    does(REPAIR, doubled());
    refused("repair.nowhere", REPAIR, free(doubled()));
    refused("repair.third", REPAIR, doubled().set("/attachments/0/node", "10.9.9.9"));
    refused("repair.used", REPAIR, doubled().set("/pods/0/node", Shop.OTHER_NODE));
    refused("repair.used", REPAIR, doubled().set("/nodes/1/volumesInUse", "[bsm-x1y2z3]"));
  }

  @Test
  void repairOfADiskWithoutAnAttachment() {
    Edited dangling = Edited.shop().none("/attachments").none("/pods");
    does(REPAIR, dangling);
    refused("repair.held", REPAIR, dangling.set("/nodes/0/volumesInUse", "[bsm-x1y2z3]"));
    refused("repair.held", REPAIR, Edited.shop().none("/attachments"));
    refused(
        "disk.shared",
        REPAIR,
        Edited.shop()
            .none("/attachments")
            .none("/pods")
            .twice("/volumes")
            .set("/volumes/1/name", "adopted"));
    done(REPAIR, Edited.shop());
  }

  private static final Plan RECOVER = new RecoverNode(Shop.NODE, false);

  private static Edited off() {
    return Edited.shop()
        .set("/nodes/0/ready", "Unknown")
        .set("/nodes/0/renewedAt", LONG_AGO)
        .set("/hosts/0/state", "Stopped");
  }

  @Test
  void recoverNode() {
    does(RECOVER, off());
    does(RECOVER, off().set("/hosts/0/exists", "false"));
    refused("recover.unknown", new RecoverNode("none", false), off());
    refused("recover.notSilent", RECOVER, off().set("/nodes/0/ready", "'True'"));
    refused("recover.notSilent", RECOVER, off().set("/nodes/0/renewedAt", JUST_NOW));
    refused("recover.notSilent", RECOVER, off().set("/nodes/0/renewedAt", "null"));
    refused("recover.contradiction", RECOVER, off().set("/nodes/0/instances", "[]"));
    refused(
        "recover.contradiction", RECOVER, off().set("/nodes/0/instances", "[uhost-abc, uhost-z]"));
    refused("recover.contradiction", RECOVER, off().set("/nodes/0/registeredId", "uhost-z"));
    refused("recover.hostNotRead", RECOVER, off().none("/hosts"));
    for (String state : new String[] {"Running", "Starting", "Stopping", "Rebooting", "''"}) {
      refused("UD113", RECOVER, off().set("/hosts/0/state", state));
    }
    Edited marked =
        Edited.shop()
            .set("/nodes/0/taints", "['node.kubernetes.io/out-of-service=nodeshutdown:NoExecute']");
    does(new RecoverNode(Shop.NODE, true), marked);
    refused(
        "recover.notReady",
        new RecoverNode(Shop.NODE, true),
        marked.set("/nodes/0/ready", "Unknown"));
    done(new RecoverNode(Shop.NODE, true), Edited.shop());
  }

  private static final Plan DROP = new DropLeak("bsm-old");

  private static Edited leaked() {
    return stray().set("/disks/1/name", "pvc-77_uk8s-shop");
  }

  @Test
  void leaks() {
    does(DROP, leaked());
    refused("disk.notRead", DROP, Edited.shop());
    refused("adopt.known", DROP, leaked().set("/volumes/0/disk", "bsm-old"));
    refused("leak.notOurs", DROP, stray());
    refused("leak.notOurs", DROP, leaked().set("/disks/1/name", "pvc-77_uk8s-other"));
    refused("leak.notOurs", DROP, leaked().set("/clusterId", "''"));
    refused("leak.notOurs", DROP, leaked().set("/disks/1/isSystemDisk", "true"));
    refused("disk.busy", DROP, leaked().set("/disks/1/status", "INUSE"));
    refused("leak.young", DROP, leaked().set("/disks/1/createdAt", LONG_AGO));
    refused(
        "leak.claimed",
        DROP,
        leaked().add("/claims", "{namespace: shop, name: new, uid: '77', phase: Pending}"));
    refused("leak.snapshots", DROP, leaked().add("/snapshots", "{id: snap-1, disk: bsm-old}"));
    for (ObjectKind kind : new ObjectKind[] {ObjectKind.VOLUMES, ObjectKind.CLAIMS}) {
      refused("leak.notAll", DROP, leaked().half(kind));
    }
    done(DROP, leaked().set("/disks/1", "{id: bsm-old}"));
  }

  private static final Plan FLEXV = new MigrateFlexv(Shop.VOLUME);
  private static final String NEW_VOLUME = Shop.VOLUME + "-csi";

  private static Edited flex() {
    return free(Edited.shop()).none("/attachments").none("/pods").set("/volumes/0/kind", "FLEX");
  }

  @Test
  void migrateFlexv() {
    does(FLEXV, flex());
    refused("flexv.unknown", new MigrateFlexv("none"), flex());
    refused("flexv.unknown", FLEXV, flex().set("/volumes/0/kind", "CSI"));
    refused("flexv.noDisk", FLEXV, flex().set("/volumes/0/disk", "''"));
    refused("flexv.block", FLEXV, flex().set("/volumes/0/isBlock", "true"));
    refused("flexv.fsType", FLEXV, flex().set("/volumes/0/fsType", "ntfs"));
    does(FLEXV, flex().set("/volumes/0/fsType", "''"));
    refused("flexv.phase", FLEXV, flex().set("/volumes/0/phase", "Failed"));
    refused("flexv.deleting", FLEXV, flex().set("/volumes/0/deletedAt", JUST_NOW));
    refused("disk.shared", FLEXV, flex().twice("/volumes").set("/volumes/1/name", "adopted"));
    refused(
        "rebind.attached", FLEXV, free(Edited.shop()).none("/pods").set("/volumes/0/kind", "FLEX"));
    refused("flexv.otherClaim", FLEXV, flex().set("/claims/0/uid", "other"));
    refused("flexv.otherClaim", FLEXV, flex().set("/claims/0/volume", "''"));
    Edited used = free(Edited.shop()).none("/attachments").set("/volumes/0/kind", "FLEX");
    refused("flexv.pods", FLEXV, used);
    refused("flexv.pods", FLEXV, free(Edited.shop()).set("/volumes/0/kind", "FLEX"));
    refused("flexv.pods", FLEXV, used.set("/pods/0/node", "''"));
    does(FLEXV, used.set("/pods/0/phase", "Succeeded"));
  }

  @Test
  void migrateFlexvOnlyIfTheDiskIsThisVeryOne() {
    refused("disk.notRead", FLEXV, flex().none("/disks"));
    refused("disk.gone", FLEXV, flex().set("/disks/0", "{id: bsm-x1y2z3}"));
    refused("disk.busy", FLEXV, flex().set("/disks/0/status", "INUSE"));
    refused("disk.busy", FLEXV, flex().set("/disks/0/status", "DETACHING"));
    refused("disk.system", FLEXV, flex().set("/disks/0/isSystemDisk", "true"));
    refused("adopt.otherCluster", FLEXV, flex().set("/disks/0/name", "pvc-1_uk8s-other"));
    refused("flexv.size", FLEXV, flex().set("/disks/0/gib", "19"));
    does(FLEXV, flex().set("/disks/0/gib", "30"));
    refused("flexv.zone", FLEXV, flex().set("/disks/0/zone", "cn-bj2-05"));
    refused(
        "flexv.zone",
        FLEXV,
        flex()
            .set("/volumes/0/zones", "[]")
            .set("/volumes/0/labels", "{failure-domain.beta.kubernetes.io/zone: cn-bj2-05}"));
    does(
        FLEXV,
        flex().set("/volumes/0/labels", "{topology.kubernetes.io/zone: cn-bj2-02__cn-bj2-05}"));
    refused(
        "adopt.noNode",
        FLEXV,
        flex().set("/volumes/0/zones", "[]").set("/disks/0/zone", "cn-bj2-05"));
    refused("adopt.noNode", FLEXV, flex().set("/volumes/0/zones", "[]").set("/disks/0/zone", "''"));
    refused(
        "adopt.noNode",
        FLEXV,
        flex().set("/nodes/0/registeredId", "''").set("/nodes/1/registeredId", "''"));
  }

  /** The new volume is there, and so the old claim and volume may go. */
  private static Edited made(String phase) {
    return flex()
        .set("/volumes/0/reclaimPolicy", "Retain")
        .twice("/volumes")
        .set("/volumes/1/name", NEW_VOLUME)
        .set("/volumes/1/kind", "CSI")
        .set("/volumes/1/phase", phase)
        .set("/volumes/1/claimUid", "''");
  }

  @Test
  void migrateFlexvWithANewVolume() {
    does(FLEXV, made("Available"));
    refused("flexv.otherName", FLEXV, made("Available").set("/volumes/1/disk", "bsm-other"));
    refused("flexv.otherName", FLEXV, made("Available").set("/volumes/1/kind", "FLEX"));
    refused("flexv.madeGoes", FLEXV, made("Released"));
    refused("flexv.madeGoes", FLEXV, made("Available").set("/volumes/1/deletedAt", JUST_NOW));
    refused("disk.busy", FLEXV, made("Available").set("/disks/0/status", "INUSE"));
    waits(FLEXV, made("Available").set("/claims/0/deletedAt", JUST_NOW));
    waits(FLEXV, made("Available").none("/claims"));
    does(FLEXV, made("Available").none("/claims").set("/volumes/0/phase", "Released"));
    waits(
        FLEXV,
        made("Available")
            .none("/claims")
            .set("/volumes/0/phase", "Released")
            .set("/volumes/0/deletedAt", JUST_NOW));
  }

  @Test
  void migrateFlexvWithoutTheOldVolume() {
    Edited gone = made("Available").none("/claims").set("/volumes/0/name", "another");
    gone.set("/volumes/0/disk", "bsm-another");
    does(FLEXV, gone);
    refused("disk.busy", FLEXV, gone.set("/disks/0/status", "INUSE"));
    gone.set("/disks/0/status", "AVAILABLE")
        .add("/claims", "{namespace: shop, name: data-mysql-0}");
    refused("flexv.otherClaim", FLEXV, gone);
    waits(FLEXV, gone.set("/claims/0/volume", NEW_VOLUME));
    refused("rebind.claimDeleting", FLEXV, gone.set("/claims/0/deletedAt", JUST_NOW));
    // It is used again, which is what was wanted.
    done(FLEXV, gone.set("/volumes/1/phase", "Bound").set("/disks/0/status", "INUSE"));
    done(
        FLEXV,
        made("Available").set("/volumes/1/claimName", "''").set("/volumes/0/name", "another"));
  }

  @Test
  void ofANamespaceTheNextVolumeThatMayBeIsMigrated() {
    Plan all = new MigrateFlexv.Namespace("shop");
    done(all, Edited.shop());
    does(all, flex());
    done(new MigrateFlexv.Namespace("other"), flex());
    Edited two =
        flex()
            .twice("/volumes")
            .set("/volumes/1/name", "pv-b")
            .set("/volumes/1/disk", "bsm-b")
            .set("/volumes/1/claimName", "data-b");
    does(all, two);
    refused("disk.notRead", all, two.set("/volumes/0/kind", "CSI"));
  }

  @Test
  void whatIsNotReadProvesNothing() {
    String gap = "{what: nodes, kind: CLUSTER_UNREACHABLE, why: no}";
    refused("plan.gap", REBIND, released().add("/gaps", gap));
    refused("plan.gap", ADOPT, stray().add("/gaps", gap));
    refused("plan.gap", REPAIR, free(stuck()).add("/gaps", gap));
    refused("plan.gap", RECOVER, off().add("/gaps", gap));
    refused("plan.gap", DROP, leaked().add("/gaps", gap));
    refused("plan.gap", FLEXV, flex().add("/gaps", gap));
    refused("plan.gap", new Protect(""), Edited.shop().add("/gaps", gap));
  }
}

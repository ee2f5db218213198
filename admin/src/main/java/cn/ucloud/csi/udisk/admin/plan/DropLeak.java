package cn.ucloud.csi.udisk.admin.plan;

import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Facts.ObjectKind;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A disk of this cluster that nothing asks for is deleted, by the driver itself with all its
 * guards: a volume is made of it whose claim is gone and whose policy is Delete.
 *
 * @param disk its id
 */
public record DropLeak(String disk) implements Plan {
  /** As the controller's own audit. */
  private static final Duration LEAK_AGE = Duration.ofHours(1);

  private static final String NO_CLAIM = "00000000-0000-0000-0000-000000000000";

  @Override
  public String confirmation() {
    return disk;
  }

  @Override
  public boolean looksTwice() {
    return true;
  }

  private String volume() {
    return "udisk-leak-" + disk;
  }

  @Override
  public Decision decide(Links links) {
    Optional<Disk> found = links.disk(disk);
    List<Volume> known = links.volumesOf(disk);
    if (found.isEmpty()) {
      return Decision.refused("disk.notRead", disk);
    }
    if (!found.get().exists() && known.isEmpty()) {
      return Decision.done("leak.done", disk);
    }
    if (known.stream().anyMatch(pv -> !pv.name().equals(volume()))) {
      return Decision.refused("adopt.known", disk, known.getFirst().name());
    }
    if (!known.isEmpty()) {
      return Decision.wait(5, "leak.deleting", disk);
    }
    return refusal(found.get(), links)
        .orElseGet(() ->
            new Decision.Do(
                "leak.do",
                List.of(disk, found.get().name(), String.valueOf(found.get().gib())),
                List.of(Steps.create(volume(found.get())))));
  }

  private Optional<Decision> refusal(Disk there, Links links) {
    Facts facts = links.facts();
    if (!facts
        .scope()
        .isWhole(ObjectKind.VOLUMES, ObjectKind.CLAIMS, ObjectKind.SNAPSHOT_CONTENTS)) {
      return Optional.of(Decision.refused("leak.notAll", disk));
    }
    if (!there.isOf(facts.clusterId()) || there.isSystemDisk()) {
      return Optional.of(Decision.refused("leak.notOurs", disk, there.name()));
    }
    Optional<Decision> taken = FreeDisk.refusal(disk, Optional.of(there));
    if (taken.isPresent()) {
      return taken;
    }
    if (there.createdAt().plus(LEAK_AGE).isAfter(facts.at())) {
      return Optional.of(Decision.refused("leak.young", disk));
    }
    Optional<Facts.Snapshot> copy =
        facts.snapshots().stream().filter(snapshot -> snapshot.disk().equals(disk)).findFirst();
    if (copy.isPresent()) {
      return Optional.of(
          Decision.refused(
              "leak.snapshots",
              disk,
              copy.get().content().isEmpty()
                  ? "%s %s".formatted(copy.get().id(), copy.get().name()).strip()
                  : copy.get().content()));
    }
    return facts.claims().stream()
        .filter(claim -> there.name().contains(claim.uid()))
        .findFirst()
        .map(claim -> Decision.refused("leak.claimed", disk, claim.key()));
  }

  private ObjectNode volume(Disk there) {
    ObjectNode pv = Steps.object().put("apiVersion", "v1").put("kind", "PersistentVolume");
    ObjectNode metadata = pv.putObject("metadata").put("name", volume());
    metadata
        .putObject("annotations")
        .put("pv.kubernetes.io/provisioned-by", IdentityService.DRIVER_NAME);
    ObjectNode spec = pv.putObject("spec");
    spec.putArray("accessModes").add("ReadWriteOnce");
    spec.putObject("capacity").put("storage", there.gib() + "Gi");
    spec.put("persistentVolumeReclaimPolicy", "Delete").put("storageClassName", "");
    spec.set("claimRef", Steps.claimRef("kube-system/" + volume()).put("uid", NO_CLAIM));
    spec.putObject("csi").put("driver", IdentityService.DRIVER_NAME).put("volumeHandle", disk);
    return pv;
  }
}

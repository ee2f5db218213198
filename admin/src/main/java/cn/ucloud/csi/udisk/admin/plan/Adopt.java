package cn.ucloud.csi.udisk.admin.plan;

import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A disk that exists becomes a volume and a claim, with its size, type and zone. Its content stays
 * as it is; the volume keeps the disk (Retain).
 *
 * @param disk its id
 * @param claim as namespace/name
 * @param className of volume and claim; empty for none
 */
public record Adopt(String disk, String claim, String className) implements Plan {
  @Override
  public String confirmation() {
    return disk;
  }

  @Override
  public boolean looksTwice() {
    return true;
  }

  private String volume() {
    return "adopted-" + disk;
  }

  @Override
  public Decision decide(Links links) {
    List<Volume> known = links.volumesOf(disk);
    Optional<Volume> own = known.stream().filter(pv -> pv.name().equals(volume())).findFirst();
    if (known.size() > own.stream().count()) {
      return Decision.refused(
          "adopt.known",
          disk,
          known.stream()
              .filter(pv -> !own.equals(Optional.of(pv)))
              .findFirst()
              .map(Volume::name)
              .orElse(""));
    }
    if (own.filter(pv -> "Bound".equals(pv.phase())).isPresent()) {
      return own.get().claimKey().equals(claim)
          ? Decision.done("adopt.done", disk, own.get().name(), claim)
          : Decision.refused("rebind.bound", own.get().name(), own.get().claimKey());
    }
    if (own.filter(pv -> !pv.claimKey().equals(claim) || pv.isReleased() || pv.isDeleting())
        .isPresent()) {
      return Decision.refused("adopt.known", disk, own.get().name());
    }
    Optional<Disk> found = links.disk(disk);
    return FreeDisk.refusal(disk, found)
        .or(() -> refusal(found.orElseThrow(), links))
        .orElseGet(() -> steps(found.orElseThrow(), own, links));
  }

  private Optional<Decision> refusal(Disk there, Links links) {
    if (Steps.isOfAnotherCluster(there, links.facts())) {
      return Optional.of(Decision.refused("adopt.otherCluster", disk, there.name()));
    }
    Optional<Claim> asking =
        links.facts().claims().stream()
            .filter(c -> there.isOf(links.facts().clusterId()) && there.name().contains(c.uid()))
            .filter(c -> !c.key().equals(claim))
            .findFirst();
    if (asking.isPresent()) {
      return Optional.of(Decision.refused("leak.claimed", disk, asking.get().key()));
    }
    if (links.facts().nodes().stream().noneMatch(node -> node.zone().equals(there.zone()))) {
      return Optional.of(Decision.refused("adopt.noNode", disk, there.zone()));
    }
    if (links.claim(claim).filter(Claim::isDeleting).isPresent()) {
      return Optional.of(Decision.refused("rebind.claimDeleting", claim));
    }
    Optional<Claim> other =
        links.claim(claim).filter(c -> !c.volume().isEmpty() && !c.volume().equals(volume()));
    return other.map(c -> Decision.refused("rebind.claimBound", claim, c.volume()));
  }

  private Decision steps(Disk there, Optional<Volume> own, Links links) {
    List<Step> steps = new ArrayList<>();
    ObjectNode made = volume(there, links.facts());
    if (own.isEmpty()) {
      steps.add(Steps.create(made));
    }
    if (links.claim(claim).isEmpty()) {
      steps.add(Steps.create(claim(there)));
    }
    return steps.isEmpty()
        ? Decision.wait(2, "rebind.wait", volume(), claim)
        : new Decision.Do(
            "adopt.do", List.of(disk, there.gib() + "Gi", there.zone(), claim), steps);
  }

  private String namespace() {
    return claim.substring(0, claim.indexOf('/'));
  }

  private String claimName() {
    return claim.substring(claim.indexOf('/') + 1);
  }

  private ObjectNode volume(Disk there, Facts facts) {
    ObjectNode pv = Steps.object().put("apiVersion", "v1").put("kind", "PersistentVolume");
    pv.putObject("metadata").put("name", volume());
    ObjectNode spec = pv.putObject("spec");
    spec.putArray("accessModes").add("ReadWriteOnce");
    spec.putObject("capacity").put("storage", there.gib() + "Gi");
    spec.put("persistentVolumeReclaimPolicy", "Retain").put("storageClassName", className);
    spec.set("claimRef", Steps.claimRef(claim));
    ObjectNode csi =
        spec.putObject("csi").put("driver", IdentityService.DRIVER_NAME).put("volumeHandle", disk);
    if (!there.type().isEmpty()) {
      csi.putObject("volumeAttributes").put("type", there.type());
    }
    Steps.putAffinity(spec, there, facts);
    return pv;
  }

  private ObjectNode claim(Disk there) {
    ObjectNode made = Steps.object().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
    made.putObject("metadata").put("namespace", namespace()).put("name", claimName());
    ObjectNode spec = made.putObject("spec");
    spec.putArray("accessModes").add("ReadWriteOnce");
    spec.putObject("resources").putObject("requests").put("storage", there.gib() + "Gi");
    spec.put("storageClassName", className).put("volumeName", volume());
    return made;
  }
}

package cn.ucloud.csi.udisk.admin.plan;

import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Released volume is bound again, to a claim of its old name or to another one. Before anything
 * else it is set to Retain.
 *
 * @param volume the name of the volume
 * @param to the claim as namespace/name; empty for that of its old name
 */
public record Rebind(String volume, String to) implements Plan {
  @Override
  public String confirmation() {
    return volume;
  }

  @Override
  public boolean looksTwice() {
    return true;
  }

  @Override
  public Decision decide(Links links) {
    Optional<Volume> found = links.volume(volume);
    if (found.isEmpty() || found.get().kind() != Volume.Kind.CSI) {
      return Decision.refused("rebind.unknown", volume);
    }
    Volume pv = found.get();
    String claim = to.isEmpty() ? pv.claimKey() : to;
    if (claim.isEmpty()) {
      return Decision.refused("rebind.noClaim", volume);
    }
    if ("Bound".equals(pv.phase())) {
      return pv.claimKey().equals(claim)
          ? Decision.done("rebind.done", volume, claim)
          : Decision.refused("rebind.bound", volume, pv.claimKey());
    }
    return refusal(pv, claim, links).orElseGet(() -> steps(pv, claim, links));
  }

  private Optional<Decision> refusal(Volume pv, String claim, Links links) {
    if (pv.isDeleting()) {
      return Optional.of(Decision.refused("rebind.deleting", volume));
    }
    if (!List.of("Released", "Available").contains(pv.phase())) {
      return Optional.of(Decision.refused("rebind.phase", volume, pv.phase()));
    }
    if (links.claimOf(pv).filter(old -> !pv.claimUid().isEmpty()).isPresent()) {
      return Optional.of(Decision.refused("rebind.oldClaim", volume, pv.claimKey()));
    }
    Optional<Claim> there = links.claim(claim);
    if (there
        .filter(other -> !other.volume().isEmpty() && !other.volume().equals(volume))
        .isPresent()) {
      return Optional.of(Decision.refused("rebind.claimBound", claim, there.get().volume()));
    }
    if (there.filter(Claim::isDeleting).isPresent()) {
      return Optional.of(Decision.refused("rebind.claimDeleting", claim));
    }
    if (!links.attachmentsOf(pv).isEmpty()) {
      return Optional.of(
          Decision.refused("rebind.attached", volume, links.attachmentsOf(pv).getFirst().node()));
    }
    return Steps.otherOf(pv, links)
        .map(other -> Decision.refused("disk.shared", pv.disk(), other.name()))
        .or(() -> FreeDisk.refusal(pv.disk(), links.diskOf(pv)));
  }

  /** A volume that is Available already waits for its claim alone. */
  private Decision steps(Volume pv, String claim, Links links) {
    List<Step> steps = new ArrayList<>();
    boolean isPrepared = pv.claimKey().equals(claim) && pv.claimUid().isEmpty();
    if (!isPrepared || !pv.keepsItsDisk()) {
      Steps.PatchOf patch = Steps.patch(pv);
      if (!pv.keepsItsDisk()) {
        patch.replace("/spec/persistentVolumeReclaimPolicy", "Retain");
      }
      patch.add("/spec/claimRef", Steps.claimRef(claim));
      steps.add(patch.step());
    }
    if (links.claim(claim).isEmpty()) {
      String namespace = claim.substring(0, claim.indexOf('/'));
      steps.add(Steps.create(Steps.claim(namespace, claim.substring(claim.indexOf('/') + 1), pv)));
    }
    return steps.isEmpty()
        ? Decision.wait(2, "rebind.wait", volume, claim)
        : new Decision.Do("rebind.do", List.of(volume, claim, pv.disk()), steps);
  }
}

package cn.ucloud.csi.udisk.admin.plan;

import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A FlexVolume becomes a volume of this driver for the same disk: Retain, the new volume, which
 * notes all that is still needed, the old claim and the old volume deleted, and the claim made
 * again. The new volume comes first, so that nothing hangs on what is deleted.
 *
 * @param volume the name of the FlexVolume, also when it is gone already
 */
public record MigrateFlexv(String volume) implements Plan {
  /** A note of the new volume: the name of the old one. */
  public static final String FROM = "migrated-from";

  private static final List<String> ZONE_LABELS =
      List.of("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone");

  /** Of all FlexVolumes whose claims are in a namespace, one after the other. */
  public record Namespace(String namespace) implements Plan {
    @Override
    public String confirmation() {
      return namespace.isEmpty() ? "all" : namespace;
    }

    @Override
    public boolean looksTwice() {
      return true;
    }

    /** One plan for each volume, the finished ones too. */
    public List<MigrateFlexv> each(Links links) {
      return links.facts().volumes().stream()
          .filter(pv -> namespace.isEmpty() || pv.claimNamespace().equals(namespace))
          .flatMap(MigrateFlexv::nameOf)
          .distinct()
          .sorted()
          .map(MigrateFlexv::new)
          .toList();
    }

    /** What can be done is; only then it says what cannot. */
    @Override
    public Decision decide(Links links) {
      List<Decision> all = each(links).stream().map(plan -> plan.decide(links)).toList();
      return Stream.of(Decision.Do.class, Decision.Wait.class, Decision.Refused.class)
          .flatMap(kind -> all.stream().filter(kind::isInstance).limit(1))
          .findFirst()
          .orElseGet(() -> Decision.done("flexv.doneAll", all.size()));
    }
  }

  /** The FlexVolume that a volume is, or was. */
  private static Stream<String> nameOf(Volume pv) {
    return pv.kind() == Volume.Kind.FLEX
        ? Stream.of(pv.name())
        : Optional.ofNullable(pv.notes().get(FROM)).stream();
  }

  @Override
  public String confirmation() {
    return volume;
  }

  @Override
  public boolean looksTwice() {
    return true;
  }

  /** The name of the new volume. */
  public String newName() {
    return volume + "-csi";
  }

  @Override
  public Decision decide(Links links) {
    Optional<Volume> old = links.volume(volume);
    Optional<Volume> made = links.volume(newName());
    if (old.isEmpty() && made.isEmpty()) {
      return Decision.refused("flexv.unknown", volume);
    }
    if (old.filter(pv -> pv.kind() != Volume.Kind.FLEX).isPresent()) {
      return Decision.refused("flexv.unknown", volume);
    }
    if (made.filter(pv -> !isSame(pv, old)).isPresent()) {
      return Decision.refused("flexv.otherName", volume, newName());
    }
    if (made.filter(pv -> pv.isDeleting() || isOver(pv)).isPresent()) {
      return Decision.refused("flexv.madeGoes", newName(), made.get().phase());
    }
    return old.map(pv -> refusal(pv, links).orElseGet(() -> step(pv, made, links)))
        .orElseGet(() -> claimed(made.orElseThrow(), links));
  }

  private static boolean isSame(Volume made, Optional<Volume> old) {
    return made.kind() == Volume.Kind.CSI
        && old.filter(pv -> !pv.disk().equals(made.disk())).isEmpty();
  }

  private static boolean isOver(Volume pv) {
    return pv.isReleased() || "Failed".equals(pv.phase());
  }

  /** All that must be so before each of the steps that the old volume is still there for. */
  private Optional<Decision> refusal(Volume old, Links links) {
    Optional<Claim> claim = links.claim(old.claimKey());
    List<String> pods =
        links.podsNaming(old.claimKey()).stream()
            .filter(pod -> !pod.isOver())
            // One that waits for a claim that is not there has nothing, and will get the new one.
            .filter(pod -> claim.isPresent() || !pod.node().isEmpty())
            .map(Pod::key)
            .toList();
    return first(
        List.of(
            refusedIf(old.disk().isEmpty(), "flexv.noDisk", volume),
            refusedIf(old.isBlock(), "flexv.block", volume),
            refusedIf(
                FilesystemType.named(FlexvObjects.fsType(old)).isEmpty(),
                "flexv.fsType",
                volume,
                old.fsType(),
                FilesystemType.names()),
            refusedIf(
                !List.of("Bound", "Released", "Available").contains(old.phase()),
                "flexv.phase",
                volume,
                old.phase()),
            refusedIf(old.isDeleting() && !old.keepsItsDisk(), "flexv.deleting", volume),
            () ->
                links.volumesOf(old.disk()).stream()
                    .filter(pv -> !List.of(volume, newName()).contains(pv.name()))
                    .findFirst()
                    .map(pv -> Decision.refused("disk.shared", old.disk(), pv.name())),
            () ->
                claim
                    .filter(c -> !isOld(c, old) && !c.volume().equals(newName()))
                    .map(c -> Decision.refused("flexv.otherClaim", c.key(), volume)),
            refusedIf(!pods.isEmpty(), "flexv.pods", old.claimKey(), String.join(", ", pods)),
            () ->
                links.facts().attachments().stream()
                    .filter(on -> List.of(volume, newName()).contains(on.volume()))
                    .findFirst()
                    .map(on -> Decision.refused("rebind.attached", on.volume(), on.node())),
            () -> diskRefusal(old, links)));
  }

  private static Optional<Decision> first(List<Supplier<Optional<Decision>>> proofs) {
    return proofs.stream().flatMap(proof -> proof.get().stream()).findFirst();
  }

  private static Supplier<Optional<Decision>> refusedIf(boolean isSo, String key, Object... args) {
    return () -> isSo ? Optional.of(Decision.refused(key, args)) : Optional.empty();
  }

  private static boolean isOld(Claim claim, Volume old) {
    return claim.volume().equals(old.name())
        && (old.claimUid().isEmpty() || claim.uid().equals(old.claimUid()));
  }

  /** That it is this very disk, that it is free, and that it can be used here. */
  private Optional<Decision> diskRefusal(Volume pv, Links links) {
    Optional<Disk> found = links.disk(pv.disk());
    return FreeDisk.refusal(pv.disk(), found)
        .or(() -> misfit(pv, found.orElseThrow(), links.facts()));
  }

  private Optional<Decision> misfit(Volume pv, Disk disk, Facts facts) {
    List<String> zones = zones(pv);
    return first(
        List.of(
            refusedIf(
                Steps.isOfAnotherCluster(disk, facts),
                "adopt.otherCluster",
                disk.id(),
                disk.name()),
            refusedIf(
                ((long) disk.gib() << 30) < pv.bytes(),
                "flexv.size",
                disk.id(),
                disk.gib(),
                volume,
                pv.bytes() >> 30),
            refusedIf(
                !zones.isEmpty() && !zones.contains(disk.zone()),
                "flexv.zone",
                disk.id(),
                disk.zone(),
                volume,
                String.join(", ", zones)),
            refusedIf(
                disk.zone().isEmpty()
                    || facts.nodes().stream()
                        .noneMatch(node -> node.isRegistered() && node.zone().equals(disk.zone())),
                "adopt.noNode",
                disk.id(),
                disk.zone())));
  }

  /** Where the volume says that it is, by its affinity or, as of old, by its labels. */
  private static List<String> zones(Volume pv) {
    List<String> zones = new ArrayList<>(pv.zones());
    ZONE_LABELS.stream()
        .flatMap(label -> Stream.of(pv.labels().getOrDefault(label, "").split("__")))
        .filter(zone -> !zone.isEmpty())
        .forEach(zones::add);
    return zones;
  }

  private Decision step(Volume old, Optional<Volume> made, Links links) {
    Optional<Claim> claim = links.claim(old.claimKey()).filter(c -> isOld(c, old));
    if (!old.keepsItsDisk()) {
      return todo("flexv.retain", Protect.keep(old), volume, old.disk());
    }
    if (made.isEmpty()) {
      Disk disk = links.disk(old.disk()).orElseThrow();
      return todo(
          "flexv.make",
          Steps.create(FlexvObjects.volume(old, newName(), claim, disk, links.facts())),
          volume,
          newName(),
          disk.id(),
          disk.gib(),
          disk.zone(),
          FlexvObjects.fsType(old));
    }
    if (claim.filter(Claim::isDeleting).isPresent()) {
      return Decision.wait(5, "flexv.claimGoes", old.claimKey());
    }
    if (claim.isPresent()) {
      return todo("flexv.deleteClaim", delete(claim.get()), old.claimKey(), volume, newName());
    }
    if ("Bound".equals(old.phase())) {
      return Decision.wait(2, "flexv.unbound", volume, old.claimKey());
    }
    if (old.isDeleting()) {
      return Decision.wait(5, "flexv.volumeGoes", volume);
    }
    return todo(
        "flexv.deleteVolume",
        Steps.delete("/api/v1/persistentvolumes/" + volume, old.uid(), old.version()),
        volume,
        newName(),
        old.disk());
  }

  private static Decision.Do todo(String key, Step step, Object... args) {
    return new Decision.Do(key, Arrays.stream(args).map(String::valueOf).toList(), List.of(step));
  }

  private static Step delete(Claim claim) {
    return Steps.delete(
        "/api/v1/namespaces/%s/persistentvolumeclaims/%s"
            .formatted(claim.namespace(), claim.name()),
        claim.uid());
  }

  /** The old volume is gone: its claim is made again. */
  private Decision claimed(Volume made, Links links) {
    String key = made.claimKey();
    if (key.isEmpty()) {
      return Decision.done("flexv.doneAlone", volume, newName());
    }
    if ("Bound".equals(made.phase())) {
      return Decision.done("flexv.done", volume, newName(), key);
    }
    Optional<Claim> there = links.claim(key);
    if (there.filter(Claim::isDeleting).isPresent()) {
      return Decision.refused("rebind.claimDeleting", key);
    }
    if (there.filter(claim -> !claim.volume().equals(newName())).isPresent()) {
      return Decision.refused("flexv.otherClaim", key, newName());
    }
    if (there.isPresent()) {
      return Decision.wait(2, "rebind.wait", newName(), key);
    }
    return diskRefusal(made, links)
        .orElseGet(() ->
            todo(
                "flexv.claim",
                Steps.create(FlexvObjects.claim(made)),
                key,
                newName(),
                made.disk()));
  }
}

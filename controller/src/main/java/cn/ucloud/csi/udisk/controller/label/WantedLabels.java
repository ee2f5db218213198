package cn.ucloud.csi.udisk.controller.label;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.controller.label.LabelledVolumes.Known;
import cn.ucloud.csi.udisk.controller.model.DiskLabels;
import cn.ucloud.csi.udisk.controller.model.LabelTemplate;
import cn.ucloud.csi.udisk.controller.model.LabelTemplate.ClaimFacts;
import cn.ucloud.csi.udisk.controller.model.LabelTemplate.Facts;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Says what disks are to be labelled with: as their class says, and as the flag says of all. */
final class WantedLabels {
  private final LabelTemplate extra;
  private final LabelledVolumes volumes;

  WantedLabels(LabelTemplate extra, LabelledVolumes volumes) {
    this.extra = extra;
    this.volumes = volumes;
  }

  /** Whether the disk may have to be labelled, or to lose what it was labelled with. */
  boolean concern(Known volume) {
    return isWanted(volume) || volume.bound().isPresent();
  }

  /** Whether the disk may have to be labelled. */
  boolean isWanted(Known volume) {
    return !extra.isEmpty() || volume.template().isPresent();
  }

  /** What all disks are to have that names nothing, for those of which nothing is known. */
  DiskLabels ofUnknown() {
    return extra.of(new Facts("", Optional.empty()));
  }

  /**
   * The labels of one disk; empty if they name its claim, and that is gone: then it keeps what it
   * has.
   *
   * @throws InvalidRequest if whoever made the volume by hand wrote what cannot be meant
   */
  Optional<DiskLabels> of(Known volume) {
    LabelTemplate template = template(volume.template());
    return template.namesClaim()
        ? volumes
            .findClaim(volume.name(), template.namesNamespaceLabels())
            .map(claim -> of(volume, template, Optional.of(claim)))
        : Optional.of(of(volume, template, Optional.empty()));
  }

  /**
   * The same of many: each claim is asked for once for all of them, and none if no label names one.
   *
   * @param wanted told of every volume but those whose claim is gone
   * @param wrong told of those of which somebody wrote what cannot be meant
   */
  void ofAll(
      Collection<Known> known,
      BiConsumer<Known, DiskLabels> wanted,
      BiConsumer<Known, InvalidRequest> wrong) {
    Map<Optional<String>, LabelTemplate> templates = new HashMap<>();
    Map<String, Known> ofClaims = new HashMap<>();
    boolean withNamespaces = false;
    for (Known volume : known) {
      try {
        LabelTemplate template = templates.computeIfAbsent(volume.template(), this::template);
        if (template.namesClaim()) {
          ofClaims.put(volume.name(), volume);
          withNamespaces |= template.namesNamespaceLabels();
        } else {
          wanted.accept(volume, of(volume, template, Optional.empty()));
        }
      } catch (InvalidRequest e) {
        wrong.accept(volume, e);
      }
    }
    if (!ofClaims.isEmpty()) {
      volumes.forEachClaim(
          withNamespaces,
          (name, claim) ->
              Optional.ofNullable(ofClaims.get(name))
                  .ifPresent(volume ->
                      wanted.accept(
                          volume, of(volume, template(volume.template()), Optional.of(claim)))));
    }
  }

  private LabelTemplate template(Optional<String> ofClass) {
    return ofClass
        .map(text -> extra.with(LabelTemplate.parse("volumeAttributes.labels", text)))
        .orElse(extra);
  }

  private static DiskLabels of(Known volume, LabelTemplate template, Optional<ClaimFacts> claim) {
    return template.of(new Facts(volume.name(), claim));
  }
}

package cn.ucloud.csi.udisk.admin.command;

import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which objects of the facts are meant by what somebody typed. */
public final class TargetObjects {
  private TargetObjects() {}

  public static Optional<Claim> claim(Target target, String namespace, Links links) {
    return target.kind() == Target.Kind.CLAIM
        ? links.claim(namespace + "/" + target.name())
        : Optional.empty();
  }

  public static Optional<Pod> pod(Target target, String namespace, Links links) {
    return links.facts().pods().stream()
        .filter(pod -> target.kind() == Target.Kind.POD)
        .filter(pod -> pod.key().equals(namespace + "/" + target.name()))
        .findFirst();
  }

  public static List<Volume> volumes(Target target, String namespace, Links links) {
    return switch (target.kind()) {
      case CLAIM -> claim(target, namespace, links).flatMap(links::volumeOf).stream().toList();
      case POD -> pod(target, namespace, links).map(links::volumesOf).orElse(List.of());
      case VOLUME -> links.volume(target.name()).stream().toList();
      case DISK -> links.volumesOf(target.name());
      case NODE -> links.facts().volumes();
      case ATTACHMENT ->
          links.facts().attachments().stream()
              .filter(attachment -> attachment.name().equals(target.name()))
              .map(Attachment::volume)
              .flatMap(name -> links.volume(name).stream())
              .toList();
    };
  }

  /** The findings about a volume and all that belongs to it. */
  public static List<Finding> about(Volume volume, Links links, List<Finding> findings) {
    Set<String> subjects = new HashSet<>();
    subjects.add("pv " + volume.name());
    subjects.add("pvc " + volume.claimKey());
    subjects.add("disk " + volume.disk());
    for (Attachment attachment : links.attachmentsOf(volume)) {
      subjects.add("va " + attachment.name());
      subjects.add("node " + attachment.node());
    }
    links.podsOf(volume).forEach(pod -> subjects.add("pod " + pod.key()));
    return findings.stream()
        .filter(finding -> subjects.contains(finding.about().toString()))
        .toList();
  }
}

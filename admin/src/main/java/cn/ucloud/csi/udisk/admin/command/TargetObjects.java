package cn.ucloud.csi.udisk.admin.command;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import java.util.List;
import java.util.Optional;

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
}

package cn.ucloud.csi.udisk.admin.check;

import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Event;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.StorageClass;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.link.NodeFit;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** UD13x: classes, zones, RSSD, and why a pod finds no node. */
final class PlacementChecks {
  private PlacementChecks() {}

  static Stream<Finding> immediate(Links links) {
    return links.facts().classes().stream()
        .filter(PlacementChecks::isOurs)
        .filter(found -> "Immediate".equals(found.binding()))
        .map(found -> Finding.of(Code.UD130, new Subject("sc", found.name()), found.name()));
  }

  private static boolean isOurs(StorageClass found) {
    return IdentityService.DRIVER_NAME.equals(found.provisioner());
  }

  /** A claim that names no class at all is for a volume made by hand. */
  static Stream<Finding> noClass(Links links) {
    if (links.facts().classes().isEmpty() || links.facts().isUnread("storageclasses")) {
      return Stream.empty();
    }
    return links.facts().claims().stream()
        .filter(claim -> claim.isPending() && !claim.className().isEmpty())
        .filter(claim ->
            links.facts().classes().stream()
                .noneMatch(found -> found.name().equals(claim.className())))
        // A name may be that of volumes made by hand, which need no class.
        .filter(claim ->
            links.facts().volumes().stream()
                .noneMatch(volume -> volume.className().equals(claim.className())))
        .map(claim ->
            Finding.of(Code.UD131, Subject.of(claim), claim.key(), claim.className(), ours(links)));
  }

  private static String ours(Links links) {
    List<String> names =
        links.facts().classes().stream()
            .filter(PlacementChecks::isOurs)
            .map(StorageClass::name)
            .toList();
    return names.isEmpty() ? "-" : String.join(", ", names);
  }

  /** Only pods with a volume of this driver. */
  static Stream<Finding> unscheduled(Links links) {
    return links.facts().pods().stream()
        .filter(pod -> !pod.unscheduled().isEmpty())
        .filter(pod -> !links.volumesOf(pod).isEmpty())
        .map(pod ->
            Finding.of(Code.UD132, Subject.of(pod), pod.key(), NodeFit.sentence(pod, links)));
  }

  static Stream<Finding> noNodeInZone(Links links) {
    if (!links.facts().scope().isWhole(Facts.ObjectKind.NODES) || links.facts().nodes().isEmpty()) {
      return Stream.empty();
    }
    Map<List<String>, List<Node>> byZones = new HashMap<>();
    return links.facts().volumes().stream()
        .filter(volume -> !volume.zones().isEmpty() && "Bound".equals(volume.phase()))
        .flatMap(volume -> {
          List<Node> inZone = byZones.computeIfAbsent(volume.zones(), zones -> in(zones, links));
          String zones = String.join(", ", volume.zones());
          if (inZone.stream().noneMatch(Node::isReady)) {
            return Stream.of(Finding.of(Code.UD133, Subject.of(volume), volume.name(), zones));
          }
          return volume.needsRssd() && inZone.stream().noneMatch(Node::takesRssd)
              ? Stream.of(Finding.of(Code.UD134, Subject.of(volume), volume.name(), zones))
              : Stream.empty();
        });
  }

  private static List<Node> in(List<String> zones, Links links) {
    return links.facts().nodes().stream().filter(node -> zones.contains(node.zone())).toList();
  }

  static Stream<Finding> selectedNodeGone(Links links) {
    return links.facts().claims().stream()
        .filter(claim -> claim.isPending() && !claim.selectedNode().isEmpty())
        .filter(claim -> links.node(claim.selectedNode()).isEmpty())
        .filter(claim -> wasAskedFor(claim.selectedNode(), links.facts()))
        .map(claim -> Finding.of(Code.UD135, Subject.of(claim), claim.key(), claim.selectedNode()));
  }

  /** Of all nodes, or, with what belongs to a namespace, by its name. */
  private static boolean wasAskedFor(String node, Facts facts) {
    return facts.scope().isWhole(Facts.ObjectKind.NODES)
        || (!facts.scope().namespace().isEmpty() && !facts.isUnread("nodes", node));
  }

  /** The newest warning of the provisioner says why. */
  static Stream<Finding> notMade(Links links) {
    return links.facts().claims().stream()
        .filter(Claim::isPending)
        .flatMap(claim ->
            newest(links, "PersistentVolumeClaim", claim, "ProvisioningFailed")
                .map(event ->
                    Finding.of(Code.UD136, Subject.of(claim), claim.key(), event.message()))
                .stream());
  }

  private static Optional<Event> newest(Links links, String kind, Claim claim, String reason) {
    return links.facts().events().stream()
        .filter(event -> event.isAbout(kind, claim.namespace(), claim.name()))
        .filter(event -> event.reason().equals(reason))
        .max(Event.IN_TIME);
  }
}

package cn.ucloud.csi.udisk.admin.read;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the volumes, claims and pods that were read lead to, by names alone. */
final class Trail {
  private final Collector read;
  private final CloudFacts cloud;

  Trail(Collector read, CloudFacts cloud) {
    this.read = read;
    this.cloud = cloud;
  }

  /** The nodes that may have the volumes, their disks, and their attachments. */
  void follow() {
    Set<String> nodes = new LinkedHashSet<>();
    read.foundPods().stream().map(Pod::node).forEach(nodes::add);
    read.foundClaims().stream().map(Claim::selectedNode).forEach(nodes::add);
    read.foundAttachments().stream().map(Attachment::node).forEach(nodes::add);
    nodes.remove("");
    read.inParallel(nodes.stream().<Collector.Reading>map(name -> () -> read.node(name)).toList());
    readDisks();
    Set<String> others = new LinkedHashSet<>();
    for (Disk disk : read.foundDisks()) {
      others.addAll(read.nodesCalled(disk.host()));
      others.addAll(read.nodesCalled(disk.hostAddress()));
    }
    others.removeAll(nodes);
    read.inParallel(others.stream().<Collector.Reading>map(name -> () -> read.node(name)).toList());
    List<Collector.Reading> attachments = new ArrayList<>();
    for (Volume volume : read.foundVolumes()) {
      for (String node : nodesOf(volume)) {
        attachments.add(() -> read.attachment(Attachment.nameOf(volume.disk(), node)));
      }
    }
    read.inParallel(attachments);
  }

  /** The disks of the volumes, and the hosts of these and of the nodes. */
  void readDisks() {
    read.put(cloud.disksOf(read.foundVolumes(), likelyNodes(), read), List.of());
    read.put(List.of(), cloud.hostsOf(read.foundDisks(), read.foundNodes(), read));
  }

  /** Where the pods of a volume are. */
  private Map<String, Node> likelyNodes() {
    Map<String, String> volumes = new HashMap<>();
    read.foundClaims().forEach(claim -> volumes.put(claim.key(), claim.volume()));
    Map<String, Node> nodes = new HashMap<>();
    read.foundNodes().forEach(node -> nodes.put(node.name(), node));
    Map<String, Node> likely = new HashMap<>();
    for (Pod pod : read.foundPods()) {
      Node node = nodes.get(pod.node());
      if (node != null) {
        pod.claims()
            .forEach(
                claim -> likely.put(volumes.getOrDefault(pod.namespace() + "/" + claim, ""), node));
      }
    }
    return likely;
  }

  private Set<String> nodesOf(Volume volume) {
    Set<String> names = new LinkedHashSet<>();
    for (Pod pod : read.foundPods()) {
      if (pod.namespace().equals(volume.claimNamespace())
          && pod.claims().contains(volume.claimName())) {
        names.add(pod.node());
      }
    }
    for (Disk disk : read.foundDisks()) {
      if (disk.id().equals(volume.disk())) {
        names.addAll(read.nodesCalled(disk.host()));
        names.addAll(read.nodesCalled(disk.hostAddress()));
        read.foundNodes().stream()
            .filter(node -> node.isCalled(disk.host()) || node.isCalled(disk.hostAddress()))
            .map(Node::name)
            .forEach(names::add);
      }
    }
    names.remove("");
    return names;
  }
}

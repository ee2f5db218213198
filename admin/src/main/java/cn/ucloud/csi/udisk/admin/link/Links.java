package cn.ucloud.csi.udisk.admin.link;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Host;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What belongs to what. */
public final class Links {
  private final Facts facts;
  private final Map<String, Claim> claims;
  private final Map<String, Volume> volumes;
  private final Map<String, Disk> disks;
  private final Map<String, Node> nodes;
  private final Map<String, Host> hosts;
  private final Map<String, List<Volume>> volumesByDisk = new HashMap<>();
  private final Map<String, List<Attachment>> attachments = new HashMap<>();
  private final Map<String, List<Attachment>> attachmentsByNode = new HashMap<>();
  private final Map<String, List<Pod>> pods = new HashMap<>();
  private final Map<String, Node> nodesByHost = new HashMap<>();
  private final Looked looked;

  public Links(Facts facts) {
    this.facts = facts;
    looked = new Looked(facts.looks(), facts.volumes());
    claims = by(facts.claims(), Claim::key);
    volumes = by(facts.volumes(), Volume::name);
    disks = by(facts.disks(), Disk::id);
    nodes = by(facts.nodes(), Node::name);
    hosts = by(facts.hosts(), Host::id);
    facts.volumes().forEach(volume -> add(volumesByDisk, volume.disk(), volume));
    for (Attachment attachment : facts.attachments()) {
      add(attachments, attachment.volume(), attachment);
      add(attachmentsByNode, attachment.node(), attachment);
    }
    for (Pod pod : facts.pods()) {
      pod.claims().stream()
          .distinct()
          .forEach(claim -> add(pods, pod.namespace() + "/" + claim, pod));
    }
    for (Node node : facts.nodes()) {
      Stream.of(List.of(node.name(), node.registeredId()), node.instances(), node.addresses())
          .flatMap(List::stream)
          .filter(name -> !name.isEmpty())
          .forEach(name -> nodesByHost.putIfAbsent(name, node));
    }
  }

  private static <T> Map<String, T> by(List<T> all, Function<T, String> key) {
    Map<String, T> map = new HashMap<>();
    all.forEach(one -> map.put(key.apply(one), one));
    return map;
  }

  private static <T> void add(Map<String, List<T>> lists, String key, T value) {
    lists.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
  }

  public Facts facts() {
    return facts;
  }

  /** What was looked at on nodes. */
  public Looked looked() {
    return looked;
  }

  public Optional<Volume> volume(String name) {
    return Optional.ofNullable(volumes.get(name));
  }

  public Optional<Claim> claim(String key) {
    return Optional.ofNullable(claims.get(key));
  }

  /** The claim that a volume is bound to, if it is still the same one. */
  public Optional<Claim> claimOf(Volume volume) {
    return claim(volume.claimKey())
        .filter(claim -> volume.claimUid().isEmpty() || claim.uid().equals(volume.claimUid()));
  }

  public Optional<Volume> volumeOf(Claim claim) {
    return volume(claim.volume());
  }

  /** The disk of a volume, if it was read. */
  public Optional<Disk> diskOf(Volume volume) {
    return Optional.ofNullable(disks.get(volume.disk()));
  }

  public Optional<Disk> disk(String id) {
    return Optional.ofNullable(disks.get(id));
  }

  public List<Volume> volumesOf(String disk) {
    return volumesByDisk.getOrDefault(disk, List.of());
  }

  public List<Attachment> attachmentsOf(Volume volume) {
    return attachments.getOrDefault(volume.name(), List.of());
  }

  public List<Attachment> attachmentsOn(Node node) {
    return attachmentsByNode.getOrDefault(node.name(), List.of());
  }

  public List<Pod> podsOf(Claim claim) {
    return podsNaming(claim.key());
  }

  /** Also of a claim that does not exist. */
  public List<Pod> podsNaming(String claimKey) {
    return pods.getOrDefault(claimKey, List.of());
  }

  public List<Pod> podsOf(Volume volume) {
    return claimOf(volume).map(this::podsOf).orElse(List.of());
  }

  /** Those of the claims that a pod uses, as far as they are bound. */
  public List<Volume> volumesOf(Pod pod) {
    return pod.claims().stream()
        .flatMap(claim -> claim(pod.namespace() + "/" + claim).stream())
        .flatMap(claim -> volumeOf(claim).stream())
        .toList();
  }

  public Optional<Node> node(String name) {
    return Optional.ofNullable(nodes.get(name));
  }

  /** The node that the cloud, or another object, means by the name or address of a host. */
  public Optional<Node> nodeCalled(String host) {
    return Optional.ofNullable(nodesByHost.get(host));
  }

  /** The node that has, is getting or is losing a disk. */
  public Optional<Node> nodeOf(Disk disk) {
    return nodeCalled(disk.host()).or(() -> nodeCalled(disk.hostAddress()));
  }

  public Optional<Host> hostOf(Node node) {
    return Optional.ofNullable(hosts.get(node.host()));
  }
}

package cn.ucloud.csi.udisk.admin.read;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.object.SnapshotObjects;
import cn.ucloud.csi.udisk.admin.port.CloudApi;
import cn.ucloud.csi.udisk.admin.port.ObjectApi;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Reads the facts that a question needs: of the whole cluster by lists; of a namespace by the names
 * that lead from its claims to their disks, so that its cost does not grow with the cluster.
 */
public final class FactsReader {
  /** With more claims than this in a namespace, lists of the whole cluster are cheaper. */
  private static final int MOST_BY_NAME = 300;

  /** How many requests to the cloud a question may cost: at two a second it stays a question. */
  private static final int MOST_REQUESTS = 20;

  /** No host has this id; asking for it shows whether the cloud answers. */
  private static final String NO_HOST = "uhost-none";

  private final ObjectApi api;
  private final CloudApi cloud;
  private final String region;
  private final String clusterId;
  private final InstantSource clock;
  private final CloudApi.Progress progress;

  /**
   * @param clusterId the end of the names of this cluster's disks
   * @param progress of reading all disks
   */
  public FactsReader(
      ObjectApi api,
      CloudApi cloud,
      String region,
      String clusterId,
      InstantSource clock,
      CloudApi.Progress progress) {
    this.api = api;
    this.cloud = cloud;
    this.region = region;
    this.clusterId = clusterId;
    this.clock = clock;
    this.progress = progress;
  }

  /** These parts of the whole cluster. */
  public Facts cluster(Set<Part> parts) {
    Collector read = new Collector(api, clock.instant());
    read.inParallel(lists(read, parts));
    if (parts.contains(Part.KEYS)) {
      read.noteGap(() -> cloud.hosts(List.of(NO_HOST)));
    }
    boolean allDisks = parts.contains(Part.ALL_DISKS) && readAllDisks(read);
    CloudFacts some = new CloudFacts(cloud, MOST_REQUESTS);
    if (allDisks) {
      read.put(some.missing(read.foundVolumes(), read.foundDisks(), read), List.of());
    }
    if (parts.contains(Part.INTERIM_SNAPSHOTS)) {
      read.noteGap(() -> read.putSnapshots(cloud.interimSnapshots(clusterId)));
    }
    if (parts.contains(Part.HOSTS)) {
      read.put(List.of(), some.hostsOf(read.foundDisks(), read.foundNodes(), read));
    }
    return read.facts(read.whole("", allDisks), region, clusterId);
  }

  private static List<Collector.Reading> lists(Collector read, Set<Part> parts) {
    List<Collector.Reading> lists = new ArrayList<>();
    if (parts.contains(Part.NODES)) {
      lists.add(() -> {
        read.noteGap(read::csiNodes);
        read.nodes();
      });
    }
    if (parts.contains(Part.VOLUMES)) {
      lists.add(read::volumes);
    }
    if (parts.contains(Part.ATTACHMENTS)) {
      lists.add(read::attachments);
    }
    if (parts.contains(Part.CLAIMS)) {
      lists.add(() -> read.claims(""));
    }
    if (parts.contains(Part.PODS)) {
      lists.add(() -> read.pods(""));
    }
    if (parts.contains(Part.SNAPSHOTS)) {
      lists.add(read::snapshotContents);
    }
    lists.addAll(common(read, "", parts));
    return lists;
  }

  private boolean readAllDisks(Collector read) {
    try {
      read.put(cloud.disks(progress), List.of());
      return true;
    } catch (Unreadable e) {
      read.gap(new Facts.Gap("cloud", e.gap().kind(), e.gap().why()));
      return false;
    }
  }

  /** What every question may need, of a namespace or of all. */
  private static List<Collector.Reading> common(Collector read, String namespace, Set<Part> parts) {
    List<Collector.Reading> lists = new ArrayList<>();
    if (parts.contains(Part.CLASSES)) {
      lists.add(read::classes);
    }
    if (parts.contains(Part.DRIVER)) {
      lists.add(read::driver);
    }
    if (parts.contains(Part.EVENTS)) {
      lists.add(() -> read.events(namespace));
      // Events of what is in no namespace are in this one.
      if (!namespace.isEmpty() && !namespace.equals("default")) {
        lists.add(() -> read.events("default"));
      }
    }
    return lists;
  }

  /**
   * What belongs to a namespace: claims, pods, and all that these lead to.
   *
   * @param parts with {@link Part#VOLUMES} also the volumes that no claim leads to any more, and
   *     all attachments of these, which takes lists of all
   */
  public Facts namespace(String namespace, Set<Part> parts) {
    Collector read = new Collector(api, clock.instant());
    List<Collector.Reading> lists = new ArrayList<>(common(read, namespace, parts));
    lists.add(() -> read.claims(namespace));
    lists.add(() -> read.pods(namespace));
    lists.add(read::csiNodes);
    read.inParallel(lists);
    if (read.foundClaims().size() > MOST_BY_NAME) {
      read.inParallel(List.of(read::volumes, read::attachments, read::nodes));
      keepThoseOf(namespace, read);
      trail(read).readDisks();
    } else if (parts.contains(Part.VOLUMES)) {
      read.inParallel(List.of(read::volumes, read::attachments));
      keepThoseOf(namespace, read);
      trail(read).follow();
    } else {
      read.inParallel(
          read.foundClaims().stream()
              .map(Claim::volume)
              .filter(name -> !name.isEmpty())
              .<Collector.Reading>map(name -> () -> read.volume(name))
              .toList());
      trail(read).follow();
    }
    return read.facts(new Facts.Scope(namespace, false, Set.of()), region, clusterId);
  }

  /** Of all volumes and attachments. */
  private static void keepThoseOf(String namespace, Collector read) {
    Set<String> named = read.foundClaims().stream().map(Claim::volume).collect(Collectors.toSet());
    read.foundVolumes()
        .removeIf(
            volume -> !volume.claimNamespace().equals(namespace) && !named.contains(volume.name()));
    Set<String> kept = read.foundVolumes().stream().map(Volume::name).collect(Collectors.toSet());
    read.foundAttachments().removeIf(attachment -> !kept.contains(attachment.volume()));
  }

  private Trail trail(Collector read) {
    return new Trail(read, new CloudFacts(cloud, MOST_REQUESTS));
  }

  /**
   * The claims and pods of a namespace that have a label, and all that these lead to.
   *
   * @param label as {@code key=value}
   * @param volumes that are known already, also where no claim leads to them any more
   * @param disks the same; of each it is read whether the cloud knows it
   */
  public Facts labelled(
      String namespace, String label, Set<String> volumes, Set<String> disks, Set<Part> parts) {
    String query = "?labelSelector=" + URLEncoder.encode(label, StandardCharsets.UTF_8);
    Collector read = new Collector(api, clock.instant());
    List<Collector.Reading> lists = new ArrayList<>(common(read, namespace, parts));
    lists.add(() -> read.claims(namespace, query));
    lists.add(() -> read.pods(namespace, query));
    lists.add(read::csiNodes);
    read.inParallel(lists);
    Set<String> names = new LinkedHashSet<>(volumes);
    read.foundClaims().stream().map(Claim::volume).forEach(names::add);
    names.remove("");
    read.inParallel(
        names.stream().<Collector.Reading>map(name -> () -> read.volume(name)).toList());
    trail(read).follow();
    Set<String> others = new LinkedHashSet<>(disks);
    read.foundDisks().forEach(disk -> others.remove(disk.id()));
    others.forEach(id ->
        read.noteGap(() -> read.put(List.of(cloud.disk(id).orElse(Disk.gone(id))), List.of())));
    return read.facts(new Facts.Scope(namespace, false, Set.of()), region, clusterId);
  }

  /**
   * The snapshots of a namespace that have a label.
   *
   * @throws Unreadable if that cannot be told
   */
  public SnapshotObjects snapshots(String namespace, String label) throws Unreadable {
    return SnapshotObjects.read(api, namespace, URLEncoder.encode(label, StandardCharsets.UTF_8));
  }

  /** What belongs to one volume. */
  public Facts volume(String name, Set<Part> parts) {
    return volume(name, "", parts);
  }

  /**
   * What belongs to one volume, and another claim.
   *
   * @param otherClaim as namespace/name; empty for none
   * @param parts with {@link Part#ATTACHMENTS} all attachments of it, whatever they are called, and
   *     the nodes that they name; with {@link Part#VOLUMES} all volumes that name the same disk
   */
  public Facts volume(String name, String otherClaim, Set<Part> parts) {
    Collector read = new Collector(api, clock.instant());
    read.inParallel(List.of(() -> read.volume(name), read::csiNodes));
    if (!otherClaim.isEmpty()) {
      String[] claim = otherClaim.split("/", 2);
      read.noteGap(() -> read.claim(claim[0], claim[1]));
    }
    if (parts.contains(Part.ATTACHMENTS)) {
      read.noteGap(read::attachments);
      read.foundAttachments().removeIf(attachment -> !attachment.volume().equals(name));
    }
    Optional<Volume> own = read.foundVolumes().stream().findFirst();
    if (parts.contains(Part.VOLUMES)) {
      String disk = own.map(Volume::disk).orElse("");
      read.noteGap(read::volumes);
      read.foundVolumes()
          .removeIf(other -> !other.name().equals(name) && !other.disk().equals(disk));
    }
    String namespace = own.map(Volume::claimNamespace).orElse("");
    List<Collector.Reading> lists = new ArrayList<>(common(read, namespace, parts));
    if (!namespace.isEmpty()) {
      String claim = own.map(Volume::claimName).orElse("");
      lists.add(() -> read.claim(namespace, claim));
      lists.add(() -> read.pods(namespace));
    }
    read.inParallel(lists);
    read.foundPods().removeIf(pod -> !uses(pod, read.foundClaims()));
    trail(read).follow();
    return read.facts(new Facts.Scope(namespace, false, Set.of()), region, clusterId);
  }

  /** What belongs to a disk: the volumes that name it, and itself where none does. */
  public Facts disk(String id, Set<Part> parts) {
    Collector all = new Collector(api, clock.instant());
    all.inParallel(List.of(all::volumes));
    Optional<Volume> volume =
        all.foundVolumes().stream().filter(found -> found.disk().equals(id)).findFirst();
    if (volume.isPresent()) {
      return volume(volume.get().name(), parts);
    }
    Collector read = new Collector(api, clock.instant());
    all.foundGaps().forEach(read::gap);
    read.inParallel(common(read, "", parts));
    read.noteGap(() -> read.put(List.of(cloud.disk(id).orElse(Disk.gone(id))), List.of()));
    return read.facts(new Facts.Scope("", false, Set.of()), region, clusterId);
  }

  /** These parts of the whole cluster, and one disk. */
  public Facts clusterAndDisk(String id, Set<Part> parts) {
    Collector read = new Collector(api, clock.instant());
    read.inParallel(lists(read, parts));
    read.noteGap(() -> read.put(List.of(cloud.disk(id).orElse(Disk.gone(id))), List.of()));
    if (parts.contains(Part.SNAPSHOTS)) {
      List<Disk> disks = List.copyOf(read.foundDisks());
      disks.stream()
          .filter(Disk::exists)
          .forEach(disk -> read.noteGap(() -> read.putSnapshots(cloud.snapshotsOf(disk))));
    }
    return read.facts(read.whole("", false), region, clusterId);
  }

  /**
   * What volumes need that are to become others: themselves and all that name their disks, all
   * attachments and nodes, and the claims and pods of their namespaces. Their disks are asked for,
   * but for those of pods that run, as many as one question may cost.
   */
  public Facts migration(Predicate<Volume> isMeant) {
    Collector read = new Collector(api, clock.instant());
    read.inParallel(lists(read, EnumSet.of(Part.VOLUMES, Part.ATTACHMENTS, Part.NODES)));
    List<Volume> meant =
        read.foundVolumes().stream()
            .filter(isMeant)
            .sorted(Comparator.comparing(Volume::name))
            .toList();
    Set<String> disks = meant.stream().map(Volume::disk).collect(Collectors.toSet());
    read.foundVolumes()
        .removeIf(volume -> !meant.contains(volume) && !disks.contains(volume.disk()));
    read.inParallel(
        meant.stream()
            .map(Volume::claimNamespace)
            .filter(namespace -> !namespace.isEmpty())
            .distinct()
            .<Collector.Reading>mapMulti((namespace, readings) -> {
              readings.accept(() -> read.claims(namespace));
              readings.accept(() -> read.pods(namespace));
            })
            .toList());
    Set<String> busy =
        read.foundPods().stream()
            .filter(pod -> !pod.isOver())
            .flatMap(pod -> pod.claims().stream().map(claim -> pod.namespace() + "/" + claim))
            .collect(Collectors.toSet());
    List<Volume> idle =
        meant.stream()
            .filter(volume -> !busy.contains(volume.claimKey()))
            .filter(volume -> volume.kind() == Volume.Kind.FLEX || !"Bound".equals(volume.phase()))
            .limit(MOST_REQUESTS)
            .toList();
    read.put(new CloudFacts(cloud, MOST_REQUESTS).disksOf(idle, Map.of(), read), List.of());
    return read.facts(read.whole("", false), region, clusterId);
  }

  /** What belongs to an attachment: its volume and all of that, and itself. */
  public Facts attachment(String name, Set<Part> parts) {
    Collector one = new Collector(api, clock.instant());
    one.inParallel(List.of(() -> one.attachment(name)));
    return one.foundAttachments().stream()
        .map(Attachment::volume)
        .filter(volume -> !volume.isEmpty())
        .findFirst()
        .map(volume -> volume(volume, parts))
        .orElseGet(() -> one.facts(new Facts.Scope("", false, Set.of()), region, clusterId));
  }

  /** What is on a node: its attachments and their volumes, its pods, and the disks of its host. */
  public Facts node(String name, Set<Part> parts) {
    Collector read = new Collector(api, clock.instant());
    List<Collector.Reading> lists = new ArrayList<>(common(read, "", parts));
    lists.add(read::csiNodes);
    lists.add(read::volumes);
    lists.add(read::attachments);
    lists.add(() -> read.podsOn(name));
    read.inParallel(lists);
    read.inParallel(List.of(() -> read.node(name)));
    read.foundNodes()
        .forEach(node -> read.noteGap(() -> read.put(cloud.disksOn(node.host()), List.of())));
    read.put(
        List.of(),
        new CloudFacts(cloud, MOST_REQUESTS).hostsOf(List.of(), read.foundNodes(), read));
    Set<String> attached = new LinkedHashSet<>();
    read.foundAttachments().stream()
        .filter(attachment -> attachment.node().equals(name))
        .map(Attachment::volume)
        .forEach(attached::add);
    Set<String> here = new LinkedHashSet<>();
    read.foundDisks().forEach(disk -> here.add(disk.id()));
    read.foundVolumes()
        .removeIf(volume -> !attached.contains(volume.name()) && !here.contains(volume.disk()));
    read.foundAttachments().removeIf(attachment -> !attached.contains(attachment.volume()));
    read.inParallel(
        read.foundVolumes().stream()
            .filter(volume -> !volume.claimName().isEmpty())
            .<Collector.Reading>map(
                volume -> () -> read.claim(volume.claimNamespace(), volume.claimName()))
            .toList());
    return read.facts(new Facts.Scope("", false, Set.of()), region, clusterId);
  }

  private static boolean uses(Pod pod, Collection<Claim> claims) {
    return claims.stream()
        .anyMatch(claim ->
            claim.namespace().equals(pod.namespace()) && pod.claims().contains(claim.name()));
  }
}

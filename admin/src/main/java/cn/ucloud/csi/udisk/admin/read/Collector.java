package cn.ucloud.csi.udisk.admin.read;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Driver;
import cn.ucloud.csi.udisk.admin.facts.Event;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Host;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.StorageClass;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.object.DriverObjects;
import cn.ucloud.csi.udisk.admin.object.Json;
import cn.ucloud.csi.udisk.admin.object.NodeObjects;
import cn.ucloud.csi.udisk.admin.object.VolumeObjects;
import cn.ucloud.csi.udisk.admin.port.ObjectApi;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** What was read so far; what cannot be read is noted, and the rest goes on. */
final class Collector {
  /** Requests under way at once: an API server counts them, and so does this program's memory. */
  private static final int AT_ONCE = 4;

  private static final int MOST_EVENTS = 5000;
  private static final Set<String> EVENT_KINDS =
      Set.of(
          "PersistentVolumeClaim",
          "PersistentVolume",
          "Pod",
          "VolumeAttachment",
          "Node",
          "CSIDriver");

  /** Something to read. */
  interface Reading {
    void read() throws Unreadable;
  }

  private final ObjectApi api;
  private final Instant at;
  private final Map<String, Claim> claims = new ConcurrentHashMap<>();
  private final Map<String, Volume> volumes = new ConcurrentHashMap<>();
  private final Map<String, Attachment> attachments = new ConcurrentHashMap<>();
  private final Map<String, Node> nodes = new ConcurrentHashMap<>();
  private final Map<String, JsonNode> csiNodes = new ConcurrentHashMap<>();
  private final Map<String, Pod> pods = new ConcurrentHashMap<>();
  private final Map<String, StorageClass> classes = new ConcurrentHashMap<>();
  private final Map<String, Disk> disks = new ConcurrentHashMap<>();
  private final Map<String, Host> hosts = new ConcurrentHashMap<>();
  private final Map<String, Event> events = new ConcurrentHashMap<>();
  private final Map<String, Facts.Gap> gaps = new ConcurrentHashMap<>();
  private final Set<Facts.Snapshot> snapshots = ConcurrentHashMap.newKeySet();
  private final Set<Facts.ObjectKind> whole = ConcurrentHashMap.newKeySet();
  private volatile Driver driver = Driver.UNKNOWN;

  Collector(ObjectApi api, Instant at) {
    this.api = api;
    this.at = at;
  }

  /** Reads all of these, some at once; returns when each is done or noted as a gap. */
  void inParallel(List<Reading> readings) {
    Semaphore places = new Semaphore(AT_ONCE);
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Reading reading : readings) {
        all.add(
            threads.submit(() -> {
              places.acquireUninterruptibly();
              try {
                noteGap(reading);
              } finally {
                places.release();
              }
            }));
      }
    }
    for (Future<?> each : all) {
      if (each.state() == Future.State.FAILED) { // what is no gap must not pass as read
        throw new IllegalStateException("reading ended in the middle", each.exceptionNow());
      }
    }
  }

  void noteGap(Reading reading) {
    try {
      reading.read();
    } catch (Unreadable e) {
      gaps.put(e.gap().what(), e.gap());
    } catch (RuntimeException e) { // an object that is stranger than anything we know
      gaps.put(
          String.valueOf(e.getMessage()),
          new Facts.Gap("objects", Facts.Gap.Kind.ODD, e.toString()));
    }
  }

  void claims(String namespace) throws Unreadable {
    claims(namespace, "");
    if (namespace.isEmpty()) {
      whole.add(Facts.ObjectKind.CLAIMS);
    }
  }

  /** Those that a query selects. */
  void claims(String namespace, String query) throws Unreadable {
    api.forEach(
        in(namespace, "persistentvolumeclaims") + query,
        object -> {
          Claim claim = VolumeObjects.claim(object);
          claims.put(claim.key(), claim);
        });
  }

  void pods(String namespace) throws Unreadable {
    pods(namespace, "");
    if (namespace.isEmpty()) {
      whole.add(Facts.ObjectKind.PODS);
    }
  }

  /** Those with claims that a query selects. */
  void pods(String namespace, String query) throws Unreadable {
    api.forEach(
        in(namespace, "pods") + query,
        object -> NodeObjects.pod(object).ifPresent(pod -> pods.put(pod.key(), pod)));
  }

  /** Those with claims on one node. */
  void podsOn(String node) throws Unreadable {
    api.forEach(
        "/api/v1/pods?fieldSelector=spec.nodeName%3D" + node,
        object -> NodeObjects.pod(object).ifPresent(pod -> pods.put(pod.key(), pod)));
  }

  void claim(String namespace, String name) throws Unreadable {
    api.find(in(namespace, "persistentvolumeclaims") + "/" + name)
        .map(VolumeObjects::claim)
        .ifPresent(claim -> claims.put(claim.key(), claim));
  }

  void volumes() throws Unreadable {
    api.forEach("/api/v1/persistentvolumes", this::put);
    whole.add(Facts.ObjectKind.VOLUMES);
  }

  void volume(String name) throws Unreadable {
    api.find("/api/v1/persistentvolumes/" + name).ifPresent(this::put);
  }

  private void put(JsonNode object) {
    VolumeObjects.volume(object).ifPresent(volume -> volumes.put(volume.name(), volume));
  }

  void attachments() throws Unreadable {
    api.forEach("/apis/storage.k8s.io/v1/volumeattachments", this::putAttachment);
    whole.add(Facts.ObjectKind.ATTACHMENTS);
  }

  void attachment(String name) throws Unreadable {
    api.find("/apis/storage.k8s.io/v1/volumeattachments/" + name).ifPresent(this::putAttachment);
  }

  private void putAttachment(JsonNode object) {
    VolumeObjects.attachment(object)
        .ifPresent(attachment -> attachments.put(attachment.name(), attachment));
  }

  /** All of them are small; they say which host is which node. */
  void csiNodes() throws Unreadable {
    api.forEach(
        "/apis/storage.k8s.io/v1/csinodes",
        object -> csiNodes.put(Json.text(object, "/metadata/name"), object));
    whole.add(Facts.ObjectKind.CSI_NODES);
  }

  /** Their CSINodes must have been read. */
  void nodes() throws Unreadable {
    Map<String, Instant> leases = new ConcurrentHashMap<>();
    noteGap(() ->
        api.forEach(
            "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases",
            lease ->
                leases.put(
                    Json.text(lease, "/metadata/name"), Json.instant(lease, "/spec/renewTime"))));
    api.forEach("/api/v1/nodes", object -> put(object, leases));
    whole.add(Facts.ObjectKind.NODES);
  }

  /** The same of one node. */
  void node(String name) throws Unreadable {
    Map<String, Instant> leases = new ConcurrentHashMap<>();
    noteGap(() ->
        api.find("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/" + name)
            .ifPresent(lease -> leases.put(name, Json.instant(lease, "/spec/renewTime"))));
    api.find("/api/v1/nodes/" + name).ifPresent(object -> put(object, leases));
  }

  private void put(JsonNode object, Map<String, Instant> leases) {
    String name = Json.text(object, "/metadata/name");
    nodes.put(
        name,
        NodeObjects.node(
            object,
            csiNodes.getOrDefault(name, MissingNode.getInstance()),
            leases.getOrDefault(name, Instant.EPOCH)));
  }

  void classes() throws Unreadable {
    api.forEach(
        "/apis/storage.k8s.io/v1/storageclasses",
        object -> {
          StorageClass found = VolumeObjects.storageClass(object);
          classes.put(found.name(), found);
        });
    whole.add(Facts.ObjectKind.CLASSES);
  }

  /** None where nobody installed them. */
  void snapshotContents() throws Unreadable {
    api.forEach(
        "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents",
        object -> VolumeObjects.snapshot(object).ifPresent(snapshots::add));
    whole.add(Facts.ObjectKind.SNAPSHOT_CONTENTS);
  }

  void putSnapshots(List<Facts.Snapshot> read) {
    snapshots.addAll(read);
  }

  /** Of the kinds of objects that this program speaks of; only so many, and the newest of each. */
  void events(String namespace) throws Unreadable {
    api.forEach(
        in(namespace, "events"),
        object -> {
          Event event = NodeObjects.event(object);
          if (EVENT_KINDS.contains(event.kind()) && events.size() < MOST_EVENTS) {
            events.merge(
                String.join(" ", event.kind(), event.namespace(), event.name(), event.reason()),
                event,
                (old, other) -> Event.IN_TIME.compare(old, other) > 0 ? old : other);
          }
        });
  }

  void driver() throws Unreadable {
    driver = DriverObjects.read(api);
  }

  void put(List<Disk> read, List<Host> readHosts) {
    read.forEach(disk -> disks.put(disk.id(), disk));
    readHosts.forEach(host -> hosts.put(host.id(), host));
  }

  void gap(Facts.Gap gap) {
    gaps.put(gap.what(), gap);
  }

  Collection<Facts.Gap> foundGaps() {
    return gaps.values();
  }

  /** What was read to the end. */
  Facts.Scope whole(String namespace, boolean allDisks) {
    return new Facts.Scope(namespace, allDisks, Set.copyOf(whole));
  }

  Collection<Claim> foundClaims() {
    return claims.values();
  }

  Collection<Volume> foundVolumes() {
    return volumes.values();
  }

  Collection<Attachment> foundAttachments() {
    return attachments.values();
  }

  Collection<Pod> foundPods() {
    return pods.values();
  }

  Collection<Node> foundNodes() {
    return nodes.values();
  }

  Collection<Disk> foundDisks() {
    return disks.values();
  }

  /** The names of the nodes that are registered as {@code id}, or called so. */
  List<String> nodesCalled(String id) {
    return csiNodes.values().stream()
        .filter(node -> NodeObjects.registeredId(node).equals(id))
        .map(node -> Json.text(node, "/metadata/name"))
        .toList();
  }

  Facts facts(Facts.Scope scope, String region, String clusterId) {
    return new Facts(
        at,
        api.clockAhead().toMillis(),
        scope,
        region,
        clusterId,
        driver,
        sorted(claims),
        sorted(volumes),
        sorted(attachments),
        sorted(nodes),
        sorted(pods),
        sorted(classes),
        sorted(disks),
        sorted(hosts),
        events.values().stream().sorted(Event.IN_TIME).toList(),
        List.copyOf(snapshots),
        sorted(gaps),
        List.of());
  }

  private static <T> List<T> sorted(Map<String, T> map) {
    return List.copyOf(new TreeMap<>(map).values());
  }

  private static String in(String namespace, String kind) {
    return "/api/v1/" + (namespace.isEmpty() ? "" : "namespaces/" + namespace + "/") + kind;
  }
}

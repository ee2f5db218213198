package cn.ucloud.csi.udisk.admin;

import cn.ucloud.csi.udisk.admin.fixture.FakeCluster;
import cn.ucloud.csi.udisk.admin.fixture.Shop;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What the plugin does with {@code smoke --apply}: makes what it is told to, brings notes back, and
 * asks again. Between two rounds the cluster does what it does by itself.
 */
final class Trial {
  static final String RUN = "udisk-smoke-1-1";
  private static final int MOST_ROUNDS = 60;

  private final Shop shop;
  private final FakeCluster cluster;
  private final List<String> lines = new ArrayList<>();
  private final StringBuilder notes = new StringBuilder();
  private final StringBuilder said = new StringBuilder();
  private final Map<String, String> disks = new TreeMap<>();
  private Consumer<Trial> trouble = _ -> {};
  private String language = "en";
  private boolean isStuck;
  private int exitCode = -1;

  Trial(Shop shop) {
    this.shop = shop;
    this.cluster = shop.cluster();
  }

  /** Is asked to make trouble after each round. */
  Trial with(Consumer<Trial> consumer) {
    trouble = consumer;
    return this;
  }

  /** From now on the cluster does nothing by itself. */
  Trial stuck() {
    isStuck = true;
    return this;
  }

  /** Says what it does in another language. */
  Trial speaking(String other) {
    language = other;
    return this;
  }

  /** As if it had been noted before. */
  Trial noting(String note) {
    notes.append("note\t").append(note).append('\n');
    return this;
  }

  /** Until it is done, refused, or waits for ever. */
  Trial run(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--lang=" + language,
                "--next",
                "--confirmed=" + RUN,
                "smoke",
                "-n",
                "shop",
                "--apply"));
    args.addAll(List.of(more));
    for (int round = 0; round < MOST_ROUNDS; round++) {
      Ran ran = Ran.typing(notes.toString(), shop, args.toArray(String[]::new));
      said.append(ran.said());
      exitCode = ran.exitCode();
      if (exitCode > 1) {
        return this;
      }
      for (String line : ran.out().lines().toList()) {
        if (line.equals("done")) {
          return this;
        }
        send(line.split("\t", -1), line);
      }
      if (!isStuck) {
        live();
      }
      trouble.accept(this);
    }
    exitCode = -1;
    return this;
  }

  private void send(String[] fields, String line) {
    switch (fields[0]) {
      case "wait" -> {}
      case "note" -> notes.append(line).append('\n');
      default -> {
        lines.add(line);
        switch (fields[0]) {
          case "make" -> make(fields);
          case "patch" -> cluster.patch(path("persistentvolumeclaims", fields[3]), fields[4]);
          case "delete" -> cluster.delete(fields[1], fields[2]);
          default -> throw new IllegalArgumentException(line);
        }
      }
    }
  }

  private static String path(String kind, String name) {
    String api = kind.equals("volumesnapshots") ? "/apis/snapshot.storage.k8s.io/v1" : "/api/v1";
    return api + "/namespaces/shop/" + kind + "/" + name;
  }

  /** As the plugin writes them, as far as this program reads them. */
  private void make(String... fields) {
    String metadata =
        "metadata: {name: %s, namespace: shop, labels: {app.kubernetes.io/name: udisk-smoke}%s}\n"
            .formatted(
                fields[2],
                fields[1].equals("claim") ? ", finalizers: [kubernetes.io/pvc-protection]" : "");
    cluster.put(
        switch (fields[1]) {
          case "claim" ->
              "apiVersion: v1\nkind: PersistentVolumeClaim\n"
                  + metadata
                  + "spec: {storageClassName: %s, resources: {requests: {storage: 10Gi}}}\n"
                      .formatted(fields[3])
                  + "status: {phase: Pending}\n";
          case "pod" ->
              "apiVersion: v1\nkind: Pod\n"
                  + metadata
                  + "spec: {volumes: [{name: data, persistentVolumeClaim: {claimName: %s}}]}\n"
                      .formatted(fields[3])
                  + "status: {phase: Pending}\n";
          default ->
              "apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshot\n"
                  + metadata
                  + "status: {readyToUse: false}\n";
        });
  }

  private void set(String path, String pointer, String json) {
    cluster.patch(path, "[{\"op\":\"add\",\"path\":\"%s\",\"value\":%s}]".formatted(pointer, json));
  }

  /** One step of provisioner, attacher, kubelet, resizer, snapshotter. */
  private void live() {
    for (String path : cluster.paths()) {
      if (path.contains("/udisk-smoke-")) {
        JsonNode object = cluster.find(path).orElseThrow();
        String name = object.at("/metadata/name").asText();
        if (path.contains("/persistentvolumeclaims/")) {
          claim(path, name, object);
        } else if (path.contains("/pods/")) {
          pod(path, object);
        } else if (path.contains("/volumesnapshots/")) {
          set(path, "/status/readyToUse", "true");
        }
      }
    }
    disks.forEach((claim, disk) -> {
      if (cluster.paths().stream().noneMatch(path -> usesClaim(path, claim))) {
        shop.cloud().free(disk, "pvc-" + claim + "_" + Shop.CLUSTER_ID);
      }
      if (cluster.find(path("persistentvolumeclaims", claim)).isEmpty()) {
        shop.cloud().delete(disk);
      }
    });
  }

  private boolean usesClaim(String path, String claim) {
    return path.contains("/namespaces/shop/pods/")
        && claim.equals(
            cluster
                .find(path)
                .orElseThrow()
                .at("/spec/volumes/0/persistentVolumeClaim/claimName")
                .asText());
  }

  private void claim(String path, String name, JsonNode claim) {
    String volume = "pvc-" + name;
    if (claim.at("/metadata/deletionTimestamp").isTextual()) {
      if (cluster.paths().stream().noneMatch(other -> usesClaim(other, name))) {
        set(path, "/metadata/finalizers", "[]");
        cluster.remove("/api/v1/persistentvolumes/" + volume);
      }
    } else if (!claim.at("/status/phase").asText().equals("Bound")) {
      String disk = "bsm-" + (disks.size() + 1);
      disks.put(name, disk);
      shop.cloud().free(disk, volume + "_" + Shop.CLUSTER_ID);
      cluster.put(
          """
          apiVersion: v1
          kind: PersistentVolume
          metadata: {name: %s}
          spec:
            claimRef: {namespace: shop, name: %s, uid: %s}
            csi: {driver: udisk.csi.ucloud.cn, volumeHandle: %s}
          status: {phase: Bound}
          """
              .formatted(volume, name, claim.at("/metadata/uid").asText(), disk));
      set(path, "/spec/volumeName", "\"" + volume + "\"");
      set(path, "/status/phase", "\"Bound\"");
    }
  }

  private void pod(String path, JsonNode pod) {
    String claim = pod.at("/spec/volumes/0/persistentVolumeClaim/claimName").asText();
    String phase = pod.at("/status/phase").asText();
    if (!disks.containsKey(claim)) {
      return;
    }
    if (phase.equals("Pending")) {
      shop.cloud().inUse(disks.get(claim), "pvc-" + claim, Shop.HOST, "vdb");
      set(path, "/spec/nodeName", "\"" + Shop.NODE + "\"");
      set(path, "/status/phase", "\"Running\"");
    } else if (phase.equals("Running") && (!path.endsWith("-grow") || isGrown(claim))) {
      set(path, "/status/phase", "\"Succeeded\"");
    }
  }

  private boolean isGrown(String claim) {
    return cluster
        .find(path("persistentvolumeclaims", claim))
        .orElseThrow()
        .at("/spec/resources/requests/storage")
        .asText()
        .equals("20Gi");
  }

  /** The pod of this mode has failed, and says so. */
  void fail(String pod, String message) {
    String path = path("pods", RUN + "-" + pod);
    if (cluster.find(path).isPresent()) {
      set(path, "/status/phase", "\"Failed\"");
      set(
          path,
          "/status/containerStatuses",
          "[{\"name\":\"smoke\",\"state\":{\"terminated\":{\"message\":\"%s\\n\"}}}]"
              .formatted(message));
    }
  }

  List<String> lines() {
    return lines;
  }

  String notes() {
    return notes.toString();
  }

  String said() {
    return said.toString();
  }

  int exitCode() {
    return exitCode;
  }

  /** What is there of runs. */
  List<String> objects() {
    return cluster.paths().stream().filter(path -> path.contains("udisk-smoke-")).toList();
  }
}

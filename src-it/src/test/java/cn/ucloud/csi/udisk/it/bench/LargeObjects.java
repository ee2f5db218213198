package cn.ucloud.csi.udisk.it.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Objects of one kind, as large as in real clusters; made when they are asked for, always the same.
 *
 * @param version of the API
 * @param json of one of them
 */
record LargeObjects(String version, String kind, int count, IntFunction<String> json) {
  static final int VOLUMES_PER_NAMESPACE = 5;

  /** Who has set which field, at length, as it is on every object. */
  private static final String MANAGED_FIELDS =
      IntStream.range(0, 3)
          .mapToObj(i ->
              """
              {"manager":"writer-%d","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1",\
              "time":"2026-08-01T00:00:00Z","fieldsV1":{%s}}\
              """
                  .formatted(
                      i,
                      IntStream.range(0, 12)
                          .mapToObj(k -> "\"f:field-%d\":{\".\":{},\"f:part\":{}}".formatted(k))
                          .collect(Collectors.joining(","))))
          .collect(Collectors.joining(",", "\"managedFields\":[", "]"));

  static LargeObjects none(String version, String kind) {
    return new LargeObjects(version, kind, 0, _ -> "");
  }

  static LargeObjects nodes(int count) {
    return new LargeObjects("v1", "Node", count, LargeObjects::node);
  }

  static LargeObjects csiNodes(int count) {
    return new LargeObjects(
        "storage.k8s.io/v1",
        "CSINode",
        count,
        i ->
            """
            {"metadata":{%s},"spec":{"drivers":[{"name":"udisk.csi.ucloud.cn","nodeID":"%s",\
            "topologyKeys":["topology.udisk.csi.ucloud.cn/zone"],"allocatable":{"count":20}}]}}\
            """
                .formatted(metadata(nodeName(i), ""), BenchRegion.host(i)));
  }

  static LargeObjects volumes(int count) {
    return new LargeObjects(
        "v1",
        "PersistentVolume",
        count,
        i ->
            """
            {"metadata":{%s},"spec":{"accessModes":["ReadWriteOnce"],"capacity":{"storage":"20Gi"},\
            "claimRef":{"kind":"PersistentVolumeClaim","namespace":"%s","name":"data-%d","uid":"%s"},\
            "csi":{"driver":"udisk.csi.ucloud.cn","volumeHandle":"%s","fsType":"ext4"},\
            "nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":\
            "topology.udisk.csi.ucloud.cn/zone","operator":"In","values":["cn-bj2-02"]}]}]}},\
            "storageClassName":"ssd-csi-udisk"},"status":{"phase":"Bound"}}\
            """
                .formatted(metadata(volume(i), ""), namespace(i), i, uuid("data-" + i), disk(i)));
  }

  /** Of the volumes, five to a namespace. */
  static LargeObjects claims(int count) {
    return new LargeObjects(
        "v1",
        "PersistentVolumeClaim",
        count,
        i ->
            """
            {"metadata":{%s},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":\
            {"storage":"20Gi"}},"storageClassName":"ssd-csi-udisk","volumeName":"%s"},\
            "status":{"phase":"Bound","capacity":{"storage":"20Gi"}}}\
            """
                .formatted(
                    metadata("data-" + i, "\"namespace\":\"%s\",".formatted(namespace(i))),
                    volume(i)));
  }

  /** One for each claim, on the node that its volume is attached to. */
  static LargeObjects pods(int count, int nodes) {
    String variables =
        IntStream.range(0, 20)
            .mapToObj("{\"name\":\"SETTING_%1$d\",\"value\":\"value number %1$d\"}"::formatted)
            .collect(Collectors.joining(","));
    return new LargeObjects(
        "v1",
        "Pod",
        count,
        i ->
            """
            {"metadata":{%s},"spec":{"nodeName":"%s","volumes":[{"name":"data",\
            "persistentVolumeClaim":{"claimName":"data-%d"}}],"containers":[{"name":"app",\
            "image":"uhub.service.ucloud.cn/shop/app:v1","env":[%s],"volumeMounts":\
            [{"name":"data","mountPath":"/data"}]}]},"status":{"phase":"Running","conditions":\
            [{"type":"Ready","status":"True"}],"containerStatuses":[{"name":"app","ready":true,\
            "restartCount":0,"image":"uhub.service.ucloud.cn/shop/app:v1"}]}}\
            """
                .formatted(
                    metadata("app-" + i, "\"namespace\":\"%s\",".formatted(namespace(i))),
                    nodeName(i % nodes),
                    i,
                    variables));
  }

  /** By which kubelets say that they live. */
  static LargeObjects nodeLeases(int count) {
    return new LargeObjects(
        "coordination.k8s.io/v1",
        "Lease",
        count,
        i ->
            """
            {"metadata":{%s},"spec":{"holderIdentity":"%s","leaseDurationSeconds":40,\
            "renewTime":"%s"}}\
            """
                .formatted(
                    metadata(nodeName(i), "\"namespace\":\"kube-node-lease\","),
                    nodeName(i),
                    DateTimeFormatter.ISO_INSTANT.format(
                        Instant.now().truncatedTo(ChronoUnit.MICROS))));
  }

  static String namespace(int volume) {
    return "shop-" + volume / VOLUMES_PER_NAMESPACE;
  }

  static String disk(int volume) {
    return "bsm-large%06d".formatted(volume);
  }

  static LargeObjects attachments(int count, int nodes) {
    return new LargeObjects(
        "storage.k8s.io/v1",
        "VolumeAttachment",
        count,
        i ->
            """
            {"metadata":{%s},"spec":{"attacher":"udisk.csi.ucloud.cn","nodeName":"%s","source":\
            {"persistentVolumeName":"%s"}},"status":{"attached":true,"attachmentMetadata":\
            {"deviceName":"vdb","sizeGiB":"20"}}}\
            """
                .formatted(
                    metadata(
                        "csi-" + uuid("a" + i).replace("-", "") + uuid("b" + i).replace("-", ""),
                        "\"annotations\":{\"csi.alpha.kubernetes.io/node-id\":\"%s\"},"
                            .formatted(BenchRegion.host(i % nodes))),
                    nodeName(i % nodes),
                    volume(i)));
  }

  private static String node(int i) {
    String images =
        IntStream.range(0, 50)
            .mapToObj(k ->
                """
                {"names":["uhub.service.ucloud.cn/shop/app-%d@sha256:%s","uhub.service.ucloud.cn/shop/app-%d:v%d"],\
                "sizeBytes":%d}\
                """
                    .formatted(k, uuid("i" + k).repeat(2), k, i, 100_000_000 + k))
            .collect(Collectors.joining(","));
    String conditions =
        IntStream.range(0, 5)
            .mapToObj(k ->
                "{\"type\":\"Condition%d\",\"status\":\"False\",\"message\":\"kubelet has enough\"}"
                    .formatted(k))
            .collect(Collectors.joining(","));
    return """
    {"metadata":{%s},"spec":{"podCIDR":"10.0.0.0/24"},"status":{"addresses":[{"type":"InternalIP",\
    "address":"%s"}],"conditions":[%s],"images":[%s]}}\
    """
        .formatted(
            metadata(
                nodeName(i),
                "\"labels\":{\"UhostID\":\"%s\",\"topology.kubernetes.io/zone\":\"cn-bj2-02\"},"
                    .formatted(BenchRegion.host(i))),
            nodeName(i),
            conditions,
            images);
  }

  static String nodeName(int i) {
    return "10.9.%d.%d".formatted(i / 250, i % 250 + 1);
  }

  static String volume(int i) {
    return "pvc-" + uuid("p" + i);
  }

  private static String metadata(String name, String more) {
    return """
    "name":"%s","uid":"%s","resourceVersion":"7","creationTimestamp":"2026-08-01T00:00:00Z",%s%s\
    """
        .formatted(name, uuid(name), more, MANAGED_FIELDS);
  }

  private static String uuid(String of) {
    return UUID.nameUUIDFromBytes(of.getBytes(StandardCharsets.UTF_8)).toString();
  }

  String one(int index) {
    return """
    {"apiVersion":"%s","kind":"%s",%s\
    """
        .formatted(version, kind, json.apply(index).strip().substring(1));
  }

  /** Those of one namespace, of a kind that goes with volumes. */
  String ofNamespace(int namespace) {
    int from = namespace * VOLUMES_PER_NAMESPACE;
    return list(from, Math.min(count, from + VOLUMES_PER_NAMESPACE), "");
  }

  String page(int from, int most) {
    int to = Math.min(count, from + most);
    return list(from, to, to < count ? Integer.toString(to) : "");
  }

  private String list(int from, int to, String next) {
    String items = IntStream.range(from, to).mapToObj(json).collect(Collectors.joining(","));
    return """
    {"apiVersion":"%s","kind":"%sList","metadata":{"resourceVersion":"1000","continue":"%s"},\
    "items":[%s]}\
    """
        .formatted(version, kind, next, items);
  }
}

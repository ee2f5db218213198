package cn.ucloud.csi.udisk.it.e2e;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Objects that no example has, as a user would write them. */
final class Yaml {
  static final String ANYWHERE = "";

  /** For a container: it waits, and ends when it is told to. */
  static final String WAIT = "trap exit TERM; while :; do sleep 1; done";

  private Yaml() {}

  /** Where a pod goes: a node's label has the value. */
  static String where(String label, String value) {
    return "{key: %s, operator: In, values: [\"%s\"]}".formatted(label, value);
  }

  /** Where a pod goes: a node's label has another value. */
  static String whereNot(String label, String value) {
    return "{key: %s, operator: NotIn, values: [\"%s\"]}".formatted(label, value);
  }

  static String claim(String name, String storageClass) {
    return claim(name, storageClass, "ReadWriteOnce", "20Gi");
  }

  static String claim(String name, String storageClass, String accessMode, String size) {
    return """
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: %s}
    spec:
      storageClassName: "%s"
      accessModes: [%s]
      resources: {requests: {storage: %s}}
    """
        .formatted(name, storageClass, accessMode, size);
  }

  /** The claims are at /data, /data-1, /data-2 and so on. */
  static String pod(String name, String image, String where, String script, String... claims) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s}
    spec:
      terminationGracePeriodSeconds: 5
      %s
      containers:
      - name: app
        image: "%s"
        command: [sh, -c, '%s']
        volumeMounts: [%s]
      volumes: [%s]
    """
        .formatted(
            name,
            affinity(where),
            image,
            script,
            IntStream.range(0, claims.length)
                .mapToObj(
                    i -> "{name: data-%d, mountPath: /data%s}".formatted(i, i == 0 ? "" : "-" + i))
                .collect(Collectors.joining(", ")),
            IntStream.range(0, claims.length)
                .mapToObj(i ->
                    "{name: data-%d, persistentVolumeClaim: {claimName: %s}}"
                        .formatted(i, claims[i]))
                .collect(Collectors.joining(", ")));
  }

  /** One replica, {@code db-0}, with a filesystem at /data and a raw disk as /dev/xvda. */
  static String statefulSet(String image, String where, String storageClass) {
    return """
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
    spec:
      serviceName: db
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          terminationGracePeriodSeconds: 5
          %s
          containers:
          - name: db
            image: "%s"
            command: [sh, -c, '%s']
            volumeMounts: [{name: data, mountPath: /data}]
            volumeDevices: [{name: raw, devicePath: /dev/xvda}]
      volumeClaimTemplates:
      - metadata: {name: data}
        spec:
          storageClassName: %4$s
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 20Gi}}
      - metadata: {name: raw}
        spec:
          storageClassName: %4$s
          volumeMode: Block
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 20Gi}}
    """
        .formatted(affinity(where), image, WAIT, storageClass);
  }

  private static String affinity(String where) {
    return where.isEmpty()
        ? ""
        : """
        affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
        {nodeSelectorTerms: [{matchExpressions: [%s]}]}}}\
        """
            .formatted(where);
  }
}

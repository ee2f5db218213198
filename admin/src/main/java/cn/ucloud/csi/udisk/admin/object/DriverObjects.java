package cn.ucloud.csi.udisk.admin.object;

import static cn.ucloud.csi.udisk.admin.object.Json.each;
import static cn.ucloud.csi.udisk.admin.object.Json.instant;
import static cn.ucloud.csi.udisk.admin.object.Json.map;
import static cn.ucloud.csi.udisk.admin.object.Json.text;

import cn.ucloud.csi.udisk.admin.facts.Driver;
import cn.ucloud.csi.udisk.admin.facts.Driver.DriverPod;
import cn.ucloud.csi.udisk.admin.port.ObjectApi;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The driver's own pods, its lease, and what its predecessor left. */
public final class DriverObjects {
  /** The controller's lease, as it names it itself. */
  static final String LEASE = "udisk-csi-ucloud-cn-controller";

  private static final String OURS = "udisk-csi";
  private static final String CONTAINER = "csi-udisk";
  private static final String KEYS = "credentials";

  private DriverObjects() {}

  public static Driver read(ObjectApi api) throws Unreadable {
    List<DriverPod> controllers = new ArrayList<>();
    List<DriverPod> nodePlugins = new ArrayList<>();
    List<String> namespaces = new ArrayList<>();
    List<String> secrets = new ArrayList<>();
    api.forEach(
        "/api/v1/pods?labelSelector=app.kubernetes.io/name%3D" + OURS,
        pod -> {
          namespaces.add(text(pod, "/metadata/namespace"));
          switch (map(pod, "/metadata/labels").getOrDefault("role", "")) {
            case "controller" -> {
              controllers.add(pod(pod));
              keysSecret(pod).ifPresent(secrets::add);
            }
            case "node" -> nodePlugins.add(pod(pod));
            default -> {} // of `kubectl udisk --pod`
          }
        });
    String namespace = namespaces.isEmpty() ? "" : namespaces.getFirst();
    JsonNode lease = lease(api, namespace).orElse(MissingNode.getInstance());
    List<String> others = new ArrayList<>();
    for (String kind : List.of("daemonsets", "statefulsets")) {
      api.forEach(
          "/apis/apps/v1/" + kind + "?labelSelector=app%3Dcsi-udisk",
          workload -> {
            if (!OURS.equals(map(workload, "/metadata/labels").get("app.kubernetes.io/name"))) {
              others.add(
                  "%s %s/%s"
                      .formatted(
                          kind.substring(0, kind.length() - 1),
                          text(workload, "/metadata/namespace"),
                          text(workload, "/metadata/name")));
            }
          });
    }
    return new Driver(
        namespace,
        text(lease, "/spec/holderIdentity"),
        instant(lease, "/spec/renewTime"),
        lease.at("/spec/leaseDurationSeconds").asInt(0),
        api.find("/apis/storage.k8s.io/v1/csidrivers/" + IdentityService.DRIVER_NAME).isPresent(),
        api.find("/version").map(version -> text(version, "/gitVersion")).orElse(""),
        api.find("/apis/snapshot.storage.k8s.io/v1").isPresent(),
        List.copyOf(controllers),
        List.copyOf(nodePlugins),
        List.copyOf(others),
        secrets.isEmpty() ? "" : secrets.getFirst());
  }

  private static Optional<JsonNode> lease(ObjectApi api, String namespace) throws Unreadable {
    return namespace.isEmpty()
        ? Optional.empty()
        : api.find(
            "/apis/coordination.k8s.io/v1/namespaces/%s/leases/%s".formatted(namespace, LEASE));
  }

  /** As the chart mounts it. */
  private static Optional<String> keysSecret(JsonNode pod) {
    return each(pod, "/spec/volumes")
        .filter(volume -> KEYS.equals(text(volume, "/name")))
        .map(volume -> text(volume, "/secret/secretName"))
        .filter(name -> !name.isEmpty())
        .findFirst();
  }

  private static DriverPod pod(JsonNode pod) {
    JsonNode container =
        each(pod, "/status/containerStatuses")
            .filter(status -> CONTAINER.equals(text(status, "/name")))
            .findFirst()
            .orElse(MissingNode.getInstance());
    return new DriverPod(
        text(pod, "/metadata/name"),
        text(pod, "/spec/nodeName"),
        container.at("/ready").asBoolean(false),
        each(pod, "/spec/containers")
            .filter(spec -> CONTAINER.equals(text(spec, "/name")))
            .map(spec -> text(spec, "/image"))
            .findFirst()
            .orElse(""),
        container.at("/restartCount").asInt(0),
        Stream.of(
                NodeObjects.waiting(pod),
                text(container, "/state/terminated/reason"),
                text(container, "/lastState/terminated/reason"))
            .filter(reason -> !reason.isEmpty())
            .findFirst()
            .orElse(""));
  }
}

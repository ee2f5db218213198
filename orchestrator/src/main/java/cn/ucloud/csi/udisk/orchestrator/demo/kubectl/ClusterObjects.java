package cn.ucloud.csi.udisk.orchestrator.demo.kubectl;

import cn.ucloud.csi.udisk.orchestrator.demo.kubectl.ObjectServer.Item;
import cn.ucloud.csi.udisk.orchestrator.object.Claim;
import cn.ucloud.csi.udisk.orchestrator.object.Cluster;
import cn.ucloud.csi.udisk.orchestrator.object.NodeRegistration;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A claim with its volume and its pod, and all that the callers of the driver know beside it. */
public record ClusterObjects(Cluster cluster, Claim claim, PersistentVolume volume, String node) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/";
  private static final String STORAGE = "/apis/storage.k8s.io/v1/";
  private static final String PODS = "/api/v1/namespaces/%s/pods";

  /** An API server that has them. */
  public ObjectServer serve() {
    return ObjectServer.of(this::items);
  }

  private List<Item> items() {
    List<Item> items = new ArrayList<>(driver());
    cluster.nodes().stream().flatMap(this::node).forEach(items::add);
    cluster.attachments().stream().map(this::attachment).forEach(items::add);
    items.addAll(bound());
    return items;
  }

  private List<Item> driver() {
    return List.of(
        item(
            STORAGE + "csidrivers",
            """
            {"metadata":{"name":"%s"},"spec":{"attachRequired":true}}\
            """
                .formatted(cluster.driverName())),
        item(
            LEASES + "kube-system/leases",
            """
            {"metadata":{"name":"udisk-csi-ucloud-cn-controller","namespace":"kube-system"},"spec":\
            {"holderIdentity":"csi-udisk-controller","leaseDurationSeconds":12,"renewTime":"%s"}}\
            """
                .formatted(Instant.now())),
        driverPod("controller", "csi-udisk-controller", cluster.nodes().getFirst().nodeName()),
        item(
            "",
            """
            {"metadata":{"name":"version"},"gitVersion":"v1.36.2"}\
            """));
  }

  private static Item driverPod(String role, String name, String node) {
    return item(
        PODS.formatted("kube-system"),
        """
        {"metadata":{"name":"%s","namespace":"kube-system","labels":{"app":"csi-udisk","role":"%s",\
        "app.kubernetes.io/name":"udisk-csi"}},"spec":{"nodeName":"%s","containers":[{"name":\
        "csi-udisk","image":"udisk-csi"}]},"status":{"phase":"Running","containerStatuses":\
        [{"name":"csi-udisk","ready":true,"restartCount":0}]}}\
        """
            .formatted(name, role, node));
  }

  private Stream<Item> node(NodeRegistration node) {
    return Stream.of(
        item(
            "/api/v1/nodes",
            """
            {"metadata":{"name":"%1$s","annotations":\
            {"volumes.kubernetes.io/controller-managed-attach-detach":"true"},"labels":%2$s},\
            "status":{"conditions":[{"type":"Ready","status":"True"}]}}\
            """
                .formatted(node.nodeName(), labels(node))),
        item(
            STORAGE + "csinodes",
            """
            {"metadata":{"name":"%s"},"spec":{"drivers":[{"name":"%s","nodeID":"%s",\
            "allocatable":{"count":%d}}]}}\
            """
                .formatted(
                    node.nodeName(), cluster.driverName(), node.nodeId(), node.maxVolumes())),
        item(
            LEASES + "kube-node-lease/leases",
            """
            {"metadata":{"name":"%1$s","namespace":"kube-node-lease"},"spec":\
            {"holderIdentity":"%1$s","renewTime":"%2$s"}}\
            """
                .formatted(node.nodeName(), Instant.now())),
        driverPod("node", "csi-udisk-" + node.nodeName(), node.nodeName()));
  }

  private static String labels(NodeRegistration node) {
    var labels = JSON.createObjectNode().put("UhostID", node.nodeId());
    node.topology().forEach(labels::put);
    return labels.toString();
  }

  private Item attachment(VolumeAttachment attachment) {
    return item(
        STORAGE + "volumeattachments",
        """
        {"metadata":{"name":"%s","annotations":{"csi.alpha.kubernetes.io/node-id":"%s"}},"spec":\
        {"attacher":"%s","nodeName":"%s","source":{"persistentVolumeName":"%s"}},"status":\
        {"attached":%s,"attachmentMetadata":%s}}\
        """
            .formatted(
                attachment.name(),
                attachment.nodeId(),
                cluster.driverName(),
                attachment.nodeName(),
                attachment.volumeName(),
                attachment.attached(),
                JSON.valueToTree(attachment.publishContext())));
  }

  private List<Item> bound() {
    String size = (claim.capacityBytes() >> 30) + "Gi";
    return List.of(
        item(
            "/api/v1/namespaces/%s/persistentvolumeclaims".formatted(claim.namespace()),
            """
            {"metadata":{"name":"%s","namespace":"%s","uid":"%s"},"spec":{"volumeName":"%s",\
            "resources":{"requests":{"storage":"%s"}}},"status":{"phase":"Bound"}}\
            """
                .formatted(claim.name(), claim.namespace(), claim.uid(), volume.name(), size)),
        item(
            "/api/v1/persistentvolumes",
            """
            {"metadata":{"name":"%s"},"spec":{"capacity":{"storage":"%s"},"claimRef":{"namespace":"%s",\
            "name":"%s","uid":"%s"},"csi":{"driver":"%s","volumeHandle":"%s"},\
            "persistentVolumeReclaimPolicy":"Delete"},"status":{"phase":"Bound"}}\
            """
                .formatted(
                    volume.name(),
                    size,
                    claim.namespace(),
                    claim.name(),
                    claim.uid(),
                    cluster.driverName(),
                    volume.volumeHandle())),
        item(
            PODS.formatted(claim.namespace()),
            """
            {"metadata":{"name":"%1$s-0","namespace":"%2$s"},"spec":{"nodeName":"%3$s","volumes":\
            [{"name":"data","persistentVolumeClaim":{"claimName":"%1$s"}}]},"status":\
            {"phase":"Pending","containerStatuses":[{"name":"app","ready":false,"state":\
            {"waiting":{"reason":"ContainerCreating"}}}]}}\
            """
                .formatted(claim.name(), claim.namespace(), node)));
  }

  private static Item item(String list, String json) {
    try {
      JsonNode object = JSON.readTree(json);
      return new Item(list, object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}

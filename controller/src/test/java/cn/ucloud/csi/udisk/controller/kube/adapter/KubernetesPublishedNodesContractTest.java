package cn.ucloud.csi.udisk.controller.kube.adapter;

import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodesContract;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.record.AttachmentRecord;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import cn.ucloud.csi.udisk.testing.kube.BareObjects;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;

/** The real adapter, before an API server that keeps JSON. */
class KubernetesPublishedNodesContractTest extends PublishedNodesContract {
  private final FakeApiServer api = new FakeApiServer();
  private final Informer<NodeRecord> nodes = NodeRecord.watch(api.client());
  private final Informer<CsiNodeRecord> csiNodes = CsiNodeRecord.watch(api.client());
  private final Informer<VolumeRecord> volumes = VolumeRecord.watch(api.client());
  private final Informer<AttachmentRecord> attachments = AttachmentRecord.watch(api.client());
  private final EarlierMoves earlierMoves = new EarlierMoves(volumes, attachments);
  private final List<Informer<?>> all = List.of(nodes, csiNodes, volumes, attachments);

  @AfterEach
  void close() {
    all.forEach(Informer::close);
    api.close();
  }

  @Override
  protected PublishedNodes published() {
    return new KubernetesPublishedNodes(nodes, csiNodes, volumes, attachments, earlierMoves);
  }

  /** The node is named as its CSINode calls it. */
  @Override
  protected void node(NodeId host, NodeId csiId) {
    api.putNode(csiId.value(), host.value());
    api.register(csiId.value(), IdentityService.DRIVER_NAME, csiId.value());
  }

  @Override
  protected void volume(VolumeId disk) {
    api.putVolume("pv-" + disk, disk.value());
  }

  @Override
  protected void attaching(VolumeId disk, NodeId csiId) {
    put(disk, csiId, "", "null");
  }

  @Override
  protected void detaching(VolumeId disk, NodeId csiId) {
    String finalizers = "'finalizers': ['external-attacher/udisk-csi-ucloud-cn'],";
    put(disk, csiId, finalizers, "{'attached': true}");
    api.client().storage().v1().volumeAttachments().withName("va-" + disk).delete();
  }

  @Override
  protected void attached(VolumeId disk, NodeId csiId, PublishContext told) {
    String metadata =
        told.toMap().entrySet().stream()
            .map(KubernetesPublishedNodesContractTest::member)
            .collect(Collectors.joining(", "));
    put(
        disk,
        csiId,
        "",
        "{'attached': true, 'attachError': null, 'attachmentMetadata': {" + metadata + "}}");
  }

  private static String member(Map.Entry<String, String> entry) {
    return "'%s': '%s'".formatted(entry.getKey(), entry.getValue());
  }

  private void put(VolumeId disk, NodeId csiId, String metadata, String status) {
    api.putJson(
        "/apis/storage.k8s.io/v1/volumeattachments",
        "{'kind': 'VolumeAttachment', 'metadata': {%s 'name': 'va-%s', 'annotations': null},"
                .formatted(metadata, disk)
            + " 'spec': {'attacher': 'udisk.csi.ucloud.cn', 'nodeName': '%s', 'source':"
                .formatted(csiId)
            + " {'persistentVolumeName': 'pv-%s'}}, 'status': %s}".formatted(disk, status));
  }

  @Override
  protected void know() {
    BareObjects.putInto(api);
    all.forEach(watched -> {
      var _ = watched.start();
    });
    await()
        .ignoreExceptions()
        .until(() ->
            nodes.all() != null
                && csiNodes.all() != null
                && volumes.all() != null
                && attachments.all() != null);
    earlierMoves.begin();
  }
}

package cn.ucloud.csi.udisk.controller.cluster;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.fixture.FakePublishedNodes;

class FakePublishedNodesTest extends PublishedNodesContract {
  private final FakePublishedNodes fake = new FakePublishedNodes();

  FakePublishedNodesTest() {
    fake.isKnown = () -> false;
  }

  @Override
  protected PublishedNodes published() {
    return fake;
  }

  @Override
  protected void node(NodeId host, NodeId csiId) {
    fake.register(host, csiId);
  }

  @Override
  protected void volume(VolumeId disk) {
    fake.volumes.add(disk);
  }

  @Override
  protected void attaching(VolumeId disk, NodeId csiId) {
    fake.attaching(disk, csiId);
  }

  @Override
  protected void attached(VolumeId disk, NodeId csiId, PublishContext told) {
    fake.attached(disk, csiId, told);
  }

  @Override
  protected void detaching(VolumeId disk, NodeId csiId) {
    fake.detaching(disk, csiId);
  }

  @Override
  protected void know() {
    fake.isKnown = () -> true;
    fake.begin();
  }
}

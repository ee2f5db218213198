package cn.ucloud.csi.udisk.controller.cluster;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.controller.fixture.FakeNodeDirectory;
import java.util.Optional;

class FakeNodeDirectoryTest extends NodeDirectoryContract {
  private final FakeNodeDirectory fake = new FakeNodeDirectory();

  FakeNodeDirectoryTest() {
    fake.isKnown = false;
  }

  @Override
  protected NodeDirectory directory() {
    return fake;
  }

  @Override
  protected void node(NodeId address, Optional<NodeId> instance) {
    fake.put(address, instance);
  }

  @Override
  protected void know() {
    fake.isKnown = true;
  }
}

package cn.ucloud.csi.udisk.controller.cluster;

import cn.ucloud.csi.udisk.controller.fixture.FakeForceDetachPolicy;
import java.util.Optional;

class FakeForceDetachPolicyTest extends ForceDetachPolicyContract {
  private static final String UID = "6a9c1f0e-0000-4000-8000-000000000001";

  private final FakeForceDetachPolicy fake = new FakeForceDetachPolicy();

  FakeForceDetachPolicyTest() {
    fake.hasClaim = false;
  }

  @Override
  protected ForceDetachPolicy policy() {
    return fake;
  }

  @Override
  protected void node(String host, boolean isReady) {
    fake.nodes.add(host);
    if (isReady) {
      fake.ready.add(host);
    }
  }

  @Override
  protected void attachment(String name, String disk, String host) {
    fake.attach(name, disk, host);
  }

  @Override
  protected void use(String disk, String host) {
    fake.use(disk, host);
  }

  @Override
  protected String claim() {
    fake.hasClaim = true;
    fake.uid = Optional.of(UID);
    return UID;
  }

  @Override
  protected void bind(String volume) {
    fake.boundTo = Optional.of(volume);
  }

  @Override
  protected void volume(String name, String disk) {
    fake.volumes.put(name, disk);
  }

  @Override
  protected void away() {
    fake.answers = false;
  }
}

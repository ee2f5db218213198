package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.fixture.FakeClusterRecords;
import java.util.Optional;
import java.util.UUID;

class FakeClusterRecordsTest extends ClusterRecordsContract {
  private final FakeClusterRecords fake = new FakeClusterRecords();

  FakeClusterRecordsTest() {
    fake.isKnown = false;
  }

  @Override
  protected ClusterRecords records() {
    return fake;
  }

  @Override
  protected void node(String host, String address) {
    fake.addNode(host, address);
  }

  @Override
  protected void volume(VolumeId disk) {
    fake.volumes.add(disk);
  }

  @Override
  protected void attachment(VolumeId disk, String host) {
    fake.attach(disk, host);
  }

  @Override
  protected String claim() {
    String uid = UUID.randomUUID().toString();
    fake.claims.add(uid);
    return uid;
  }

  @Override
  protected void bind(String uid) {
    fake.bound.add(uid);
  }

  @Override
  protected void content(SnapshotId snapshot) {
    fake.recorded.add(snapshot);
  }

  @Override
  protected void emptyContent(String uid) {
    fake.waiting.add(uid);
  }

  @Override
  protected void noContents() {
    fake.hasSnapshotRecords = false;
  }

  @Override
  protected void know() {
    fake.isKnown = true;
  }

  @Override
  protected void away() {
    fake.failure = Optional.of(new Unavailable("the API server does not answer"));
  }
}

package cn.ucloud.csi.udisk.controller.cluster;

import cn.ucloud.csi.udisk.controller.fixture.FakeScheduling;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

class FakeSchedulingTest extends SchedulingContract {
  private final FakeScheduling fake = new FakeScheduling();
  private final Set<String> snapshots = new HashSet<>();
  private boolean isActing;

  FakeSchedulingTest() {
    fake.deleteClaim();
  }

  @Override
  protected Scheduling scheduling() {
    return fake;
  }

  @Override
  protected void node(String name, Optional<String> instance, Map<String, String> segments) {
    fake.addNode(name, instance, segments);
  }

  @Override
  protected void snapshot(String uid) {
    snapshots.add(uid);
  }

  @Override
  protected String claim(Optional<String> node) {
    String uid = UUID.randomUUID().toString();
    fake.setClaim(uid, node, !isActing);
    return uid;
  }

  @Override
  protected void deleteClaim() {
    fake.deleteClaim();
  }

  @Override
  protected void begin() {
    isActing = true;
    fake.knowEarlierSnapshots(snapshots);
  }

  @Override
  protected void away() {
    fake.answers = false;
  }
}

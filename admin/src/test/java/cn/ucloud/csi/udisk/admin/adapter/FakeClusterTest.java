package cn.ucloud.csi.udisk.admin.adapter;

import cn.ucloud.csi.udisk.admin.fixture.FakeCluster;
import cn.ucloud.csi.udisk.admin.port.ObjectApi;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;

/** The one that our tests fill. */
class FakeClusterTest extends ObjectContract {
  private final FakeCluster cluster =
      FakeCluster.start(InstantSource.fixed(Instant.parse("2026-11-30T12:00:00Z")));

  @AfterEach
  void close() {
    cluster.close();
  }

  @Override
  ObjectApi api() {
    return cluster.api();
  }

  @Override
  void put(String yaml) {
    cluster.put(yaml);
  }
}

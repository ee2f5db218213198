package cn.ucloud.csi.udisk.admin.adapter;

import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.fixture.FakeCloud;
import cn.ucloud.csi.udisk.admin.port.CloudApi;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The fake, as tests use it. */
class FakeCloudTest extends CloudContract {
  private final FakeCloud cloud = new FakeCloud().host(HOST, "Running").host(OTHER_HOST, "Running");
  private final Map<String, String> names = new HashMap<>();

  @Override
  CloudApi api() {
    return cloud;
  }

  @Override
  String make(String name) {
    String id = "bsm-" + names.size();
    names.put(id, name);
    cloud.free(id, name);
    return id;
  }

  @Override
  void attach(String disk, String host) {
    cloud.inUse(disk, names.getOrDefault(disk, ""), host, "vdb");
  }

  @Override
  void detach(String disk, String host) {
    cloud.free(disk, names.getOrDefault(disk, ""));
  }

  @Override
  void delete(String disk) {
    cloud.delete(disk);
  }

  @Override
  String snapshot(String disk, String name) {
    String id = "bss-of-" + disk;
    cloud.snapshot(id, name, disk);
    return id;
  }

  @Override
  void payAndLock(String disk, Instant until) {
    cloud.payAndLock(disk, until);
  }

  @Override
  void powerOff(String host) {
    cloud.host(host, "Stopped");
  }

  @Override
  CloudApi withWrongKeys() {
    FakeCloud wrong = new FakeCloud();
    wrong.refuse(Gap.Kind.KEYS_REFUSED, "RetCode 171");
    return wrong;
  }

  @Override
  void silence() {
    cloud.refuse(Gap.Kind.CLOUD_UNREACHABLE, "no answer");
  }
}

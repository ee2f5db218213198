package cn.ucloud.csi.udisk.controller.label;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.fixture.FakeLabelledVolumes;
import java.util.Map;
import java.util.Optional;

/** The fake that the driver's tests use. */
class FakeLabelledVolumesTest extends LabelledVolumesContract {
  private final FakeLabelledVolumes fake = new FakeLabelledVolumes();

  FakeLabelledVolumesTest() {
    fake.isKnown = false;
  }

  @Override
  protected LabelledVolumes volumes() {
    return fake;
  }

  @Override
  protected void volume(String name, VolumeId disk, Optional<String> template) {
    fake.put(name, disk, template);
  }

  @Override
  protected void claim(String volume, String namespace, String name, Map<String, String> labels) {
    fake.claim(volume, namespace, name, labels);
  }

  @Override
  protected void namespace(String name, Map<String, String> labels) {
    fake.namespace(name, labels);
  }

  @Override
  protected void deleteVolume(String name) {
    fake.remove(name);
  }

  @Override
  protected void deleteClaim(String volume) {
    fake.deleteClaim(volume);
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

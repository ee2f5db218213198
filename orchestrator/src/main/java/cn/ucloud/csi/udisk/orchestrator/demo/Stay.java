package cn.ucloud.csi.udisk.orchestrator.demo;

import cn.ucloud.csi.udisk.orchestrator.Attacher;
import cn.ucloud.csi.udisk.orchestrator.Kubelet;
import cn.ucloud.csi.udisk.orchestrator.demo.DemoHost.GuestDisk;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import java.nio.file.Path;

/** The time that a volume spends on one host, from attach to detach. */
final class Stay {
  private final Place place;
  private final Evidence evidence;
  private final PersistentVolume volume;
  private final VolumeAttachment attachment;
  private final GuestDisk device;

  /** A host, and who works for it. */
  record Place(DemoHost host, Kubelet kubelet, Attacher attacher) {
    private String pod() {
      return "pod-on-" + host.node();
    }
  }

  /** Begins with the attach. */
  Stay(Place place, PersistentVolume volume, Evidence evidence) {
    this.place = place;
    this.volume = volume;
    this.evidence = evidence;
    this.attachment =
        narrator()
            .step(
                "attach it to " + place.host().id(),
                () -> place.attacher().attach(volume, place.host().node()));
    evidence.attachment(attachment);
    evidence.diskIs(volume, "InUse");
    this.device = evidence.device(place.host());
  }

  GuestDisk device() {
    return device;
  }

  /** Mounts it for the node and tells which filesystem it is. */
  String stage(String title) {
    Path staging = narrator().step(title, () -> place.kubelet().stage(volume));
    evidence.mounted(staging, device);
    return evidence.filesystem(place.host(), device);
  }

  /** Mounts it for the pod and tells where. */
  Path publish() {
    Path target =
        narrator()
            .step(
                "publish it to a pod on " + place.host().node(),
                () -> place.kubelet().publish(volume, place.pod()));
    evidence.mounted(target, device);
    return target;
  }

  /** Undoes everything in reverse. */
  void end() {
    Kubelet kubelet = place.kubelet();
    narrator().perform("unpublish", () -> kubelet.unpublish(volume, place.pod()));
    evidence.nothingMounted(kubelet.directories().target(volume, place.pod()));
    narrator().perform("unstage", () -> kubelet.unstage(volume));
    evidence.nothingMounted(kubelet.directories().staging(volume));
    narrator()
        .perform("detach it from " + place.host().id(), () -> place.attacher().detach(attachment));
    evidence.diskIs(volume, "Available");
    evidence.noDevice(place.host());
  }

  private Narrator narrator() {
    return evidence.narrator();
  }
}

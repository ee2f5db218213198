package cn.ucloud.csi.udisk.orchestrator.demo;

import cn.ucloud.csi.udisk.orchestrator.Attacher;
import cn.ucloud.csi.udisk.orchestrator.ControllerPlugin;
import cn.ucloud.csi.udisk.orchestrator.Kubelet;
import cn.ucloud.csi.udisk.orchestrator.Provisioner;
import cn.ucloud.csi.udisk.orchestrator.demo.DemoHost.GuestDisk;
import cn.ucloud.csi.udisk.orchestrator.demo.kubectl.ClusterObjects;
import cn.ucloud.csi.udisk.orchestrator.demo.process.DemoError;
import cn.ucloud.csi.udisk.orchestrator.object.Claim;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.Provisioning;
import cn.ucloud.csi.udisk.orchestrator.object.StorageClass;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** One disk's whole life: made, used on one host, used on another one, deleted. */
final class Story {
  private static final DemoHost HOST_A = new DemoHost("node-a", "uhost-a", "10.9.0.1");
  private static final DemoHost HOST_B = new DemoHost("node-b", "uhost-b", "10.9.0.2");
  private static final long SIZE = 10L << 30;
  private static final String OTHER_NAME = "vdd";

  /** Cloud and cluster differ about an attachment. */
  private static final String DETACHED_OUTSIDE = "UD120";

  /** The disk is paid for 14 days or less. */
  private static final String ENDS = "UD164";

  /** The key of the disk cannot be used. */
  private static final String LOCKED = "UD166";

  private final Claim claim =
      Claim.on(HOST_A.node(), "precious", SIZE, StorageClass.of("ssd", "ext4"));

  private final Workplace workplace;
  private final DemoCluster demo;
  private final Narrator narrator;

  Story(Workplace workplace, DemoCluster demo, Narrator narrator) {
    this.workplace = workplace;
    this.demo = demo;
    this.narrator = narrator;
  }

  /** Tells it to the end, or throws at the first thing that is not as it should be. */
  void tell() {
    String api = narrator.step("start the region", () -> demo.startRegion(List.of(HOST_A, HOST_B)));
    ControllerPlugin controller =
        narrator.step("start the controller", () -> demo.startController(api));
    Kubelet nodeA = narrator.step("start the node process", () -> demo.startNode(HOST_A, api));
    Kubelet nodeB = narrator.step("start the other", () -> demo.startNode(HOST_B, api));
    narrator.fact("API", api);
    demo.programs().forEach(p -> narrator.fact("process", p.name() + ", pid " + p.pid()));
    demo.cluster()
        .nodes()
        .forEach(
            n -> narrator.fact("node", n.nodeName() + " is " + n.nodeId() + " " + n.topology()));

    try (RegionConsole console = new RegionConsole(api)) {
      Evidence evidence = new Evidence(workplace, console, narrator);
      Provisioner provisioner = demo.provisioner(controller);
      Attacher attacher = demo.attacher(controller);
      PersistentVolume volume = create(provisioner, evidence);

      Stay first = new Stay(new Stay.Place(HOST_A, nodeA, attacher), volume, evidence);
      String filesystem = first.stage("stage it: blank, so it gets a filesystem");
      Path pod = first.publish();
      String written = narrator.step("write a file", () -> Payload.write(pod));
      narrator.fact("sha256", written + "  " + Payload.FILE);
      first.end();

      detachOutside(api, volume, attacher, console, evidence);
      console.letter(HOST_B.id(), OTHER_NAME);
      Stay second = new Stay(new Stay.Place(HOST_B, nodeB, attacher), volume, evidence);
      requireOtherLetter(second.device());
      String found = second.stage("stage it: not blank, so it is only mounted");
      DemoError.unless(found.equals(filesystem), "the filesystem should be the one made on node-a");
      Path otherPod = second.publish();
      String read = narrator.step("read the file", () -> Payload.read(otherPod));
      narrator.fact("sha256", read + "  " + Payload.FILE);
      DemoError.unless(read.equals(written), "the file should be the one that was written");
      second.end();

      narrator.perform("delete the volume", () -> provisioner.delete(volume));
      evidence.diskIsGone(volume);
    }
  }

  private PersistentVolume create(Provisioner provisioner, Evidence evidence) {
    Provisioning result =
        narrator.step("create a volume of 10 GiB", () -> provisioner.provision(claim));
    if (!(result instanceof Provisioning.Bound bound)) {
      throw new DemoError("there should be a volume, not " + result);
    }
    narrator.fact("volume", bound.volume().name() + "  for " + bound.volume().accessibleFrom());
    evidence.diskIs(bound.volume(), "Available");
    return bound.volume();
  }

  /** Somebody detaches the disk in the console: found, explained, attached again. */
  private void detachOutside(
      String api,
      PersistentVolume volume,
      Attacher attacher,
      RegionConsole console,
      Evidence evidence) {
    String node = HOST_B.node();
    VolumeAttachment attachment =
        narrator.step("attach it to " + HOST_B.id(), () -> attacher.attach(volume, node));
    evidence.diskIs(volume, "InUse");
    narrator.perform(
        "detach it in the console, behind the driver's back",
        () -> console.detach(volume.volumeHandle()));
    evidence.awaitDisk(volume, "Available");
    ClusterObjects objects = new ClusterObjects(demo.cluster(), claim, volume, node);
    explain(
        "kubectl udisk map",
        () -> demo.ask(api, objects, "map", "-n", claim.namespace()),
        DETACHED_OUTSIDE);
    explain("kubectl udisk doctor", () -> demo.ask(api, objects, "doctor", "-A"), DETACHED_OUTSIDE);
    narrator.perform(
        "attach it again, as the attacher asks each minute", () -> attacher.attach(volume, node));
    evidence.diskIs(volume, "InUse");
    endanger(api, volume.volumeHandle(), console, objects);
    narrator.perform("detach it from " + HOST_B.id(), () -> attacher.detach(attachment));
    evidence.diskIs(volume, "Available");
  }

  /** What it is paid for ends soon, and its key is disabled: told while there is time. */
  private void endanger(String api, String disk, RegionConsole console, ClusterObjects objects) {
    narrator.perform(
        "let it be paid for three days more, and its key be disabled",
        () -> {
          console.pay(disk, Instant.now().plus(Duration.ofDays(3)));
          console.lock(disk, true);
        });
    explain("kubectl udisk doctor", () -> demo.ask(api, objects, "doctor", "-A"), ENDS, LOCKED);
    narrator.perform(
        "renew it, and enable the key",
        () -> {
          console.pay(disk, Instant.now().plus(Duration.ofDays(90)));
          console.lock(disk, false);
        });
  }

  private void explain(String command, Supplier<List<String>> question, String... codes) {
    List<String> screen = narrator.step("ask " + command, question);
    narrator.quote(screen);
    for (String code : codes) {
      DemoError.unless(String.join(" ", screen).contains(code), command + " should find " + code);
    }
  }

  private void requireOtherLetter(GuestDisk device) {
    String serial = device.serial().toLowerCase(Locale.ROOT);
    DemoError.unless(
        device.kernelName().equals(OTHER_NAME) && !serial.endsWith(OTHER_NAME),
        "the kernel should have used another letter than the API");
    narrator.fact("", "the API's letter is in the serial; this kernel chose another name");
  }
}

package cn.ucloud.csi.udisk.admin.check;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.link.Looked;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** UD15x of what was looked at on nodes: is each volume there, from its own disk, and writable. */
final class MountChecks {
  private static final long SLOW_MILLIS = 500;

  /** In less than that a request may well be under way. */
  private static final long LEAST_MILLIS = 1000;

  private MountChecks() {}

  private static Stream<Finding> each(Links links, Function<Node.Look, Stream<Finding>> ofOneNode) {
    return links.facts().looks().stream().flatMap(ofOneNode);
  }

  /** A disk of a volume that the cloud says is on this node. */
  private static Stream<Disk> disksOn(String node, Links links) {
    return links.facts().disks().stream()
        .filter(disk -> disk.isInUse() && !links.volumesOf(disk.id()).isEmpty())
        .filter(disk -> links.nodeOf(disk).filter(found -> found.name().equals(node)).isPresent());
  }

  /** Only if every disk there has told its serial. */
  static Stream<Finding> deviceMissing(Links links) {
    return each(
        links,
        look ->
            !look.isWhole() || look.devices().stream().anyMatch(d -> d.serial().isEmpty())
                ? Stream.empty()
                : disksOn(look.node(), links)
                    .filter(disk -> Looked.deviceOf(disk, look).isEmpty())
                    .flatMap(disk ->
                        Looked.serialOf(disk)
                            .map(serial ->
                                Finding.of(
                                    Code.UD152,
                                    Subject.of(links.volumesOf(disk.id()).getFirst()),
                                    disk.id(),
                                    look.node(),
                                    serial))
                            .stream()));
  }

  private static Stream<Volume> mountedAt(Node.Look look, Links links) {
    return look.mounts().stream()
        .flatMap(mount -> links.looked().volumeOf(mount).stream())
        .distinct();
  }

  static Stream<Finding> withoutAttachment(Links links) {
    return each(
        links,
        look ->
            mountedAt(look, links)
                .filter(volume -> wasAskedFor(volume, look.node(), links))
                .filter(volume ->
                    links.attachmentsOf(volume).stream()
                        .noneMatch(attachment -> attachment.node().equals(look.node())))
                .map(volume ->
                    Finding.of(
                        Code.UD153,
                        Subject.of(volume),
                        volume.name(),
                        look.node(),
                        links.looked().mountsOf(volume, look).getFirst().point())));
  }

  /** Whether an attachment of the volume to that node was looked for. */
  private static boolean wasAskedFor(Volume volume, String node, Links links) {
    Facts facts = links.facts();
    boolean isOn =
        links.diskOf(volume).flatMap(links::nodeOf).filter(n -> n.name().equals(node)).isPresent();
    return !facts.isUnread("volumeattachments", Attachment.nameOf(volume.disk(), node))
        && (isOn
            || facts.scope().isWhole(Facts.ObjectKind.ATTACHMENTS)
            || links.podsOf(volume).stream().anyMatch(pod -> pod.node().equals(node)));
  }

  /** A filesystem is on another disk than that of its volume. */
  static Stream<Finding> wrongDevice(Links links) {
    return each(
        links,
        look ->
            disksOn(look.node(), links)
                .flatMap(disk -> links.volumesOf(disk.id()).stream())
                .flatMap(volume ->
                    links.looked().mountsOf(volume, look).stream()
                        .flatMap(mount -> Looked.deviceOf(mount, look).stream())
                        .filter(device -> !device.serial().isEmpty())
                        .filter(device -> isOther(device, links.diskOf(volume)))
                        .findFirst()
                        .map(device ->
                            Finding.of(
                                Code.UD154,
                                Subject.of(volume),
                                volume.name(),
                                look.node(),
                                device.name(),
                                device.serial(),
                                links.diskOf(volume).flatMap(Looked::serialOf).orElse("-")))
                        .stream()));
  }

  private static boolean isOther(Node.Device device, Optional<Disk> disk) {
    return disk.flatMap(Looked::serialOf)
        .filter(serial -> !serial.equals(device.serial()))
        .isPresent();
  }

  static Stream<Finding> stopped(Links links) {
    return each(
        links,
        look ->
            mountedAt(look, links)
                .filter(volume ->
                    links.looked().mountsOf(volume, look).stream()
                        .anyMatch(mount -> mount.stopped().isPresent()))
                .map(volume -> Finding.of(Code.UD151, Subject.of(volume), volume.disk())));
  }

  /** What keeps a disk on its node after all pods are gone. */
  static Stream<Finding> held(Links links) {
    return each(
        links,
        look ->
            links.facts().attachments().stream()
                .filter(on -> on.isDeleting() && on.node().equals(look.node()))
                .flatMap(on -> links.volume(on.volume()).stream())
                .flatMap(volume ->
                    links
                        .diskOf(volume)
                        .flatMap(disk -> Looked.deviceOf(disk, look))
                        .filter(device -> !device.holders().isEmpty())
                        .map(device ->
                            Finding.of(
                                Code.UD155,
                                Subject.of(volume),
                                volume.name(),
                                look.node(),
                                device.name(),
                                String.join(", ", device.holders())))
                        .stream()));
  }

  static Stream<Finding> silent(Links links) {
    return each(
        links,
        look ->
            look.devices().stream()
                .filter(device -> device.serial().isEmpty())
                .map(device ->
                    Finding.of(
                        Code.UD156, new Subject("node", look.node()), look.node(), device.name())));
  }

  /** The volumes whose disk a device of a node is. */
  private static Stream<Volume> volumesOf(String device, Node.Look look, Links links) {
    return disksOn(look.node(), links)
        .filter(disk ->
            Looked.deviceOf(disk, look).filter(found -> found.name().equals(device)).isPresent())
        .flatMap(disk -> links.volumesOf(disk.id()).stream());
  }

  /** Requests that take so long are waited for: a disk that is busy answers in a tenth of it. */
  static Stream<Finding> slow(Links links) {
    return each(
        links,
        look ->
            look.busy().stream()
                .filter(b -> b.completed() > 0 && b.tookMillis() / b.completed() >= SLOW_MILLIS)
                .flatMap(b ->
                    volumesOf(b.device(), look, links)
                        .map(volume ->
                            Finding.of(
                                Code.UD157,
                                Subject.of(volume),
                                volume.name(),
                                look.node(),
                                b.device(),
                                b.tookMillis() / b.completed(),
                                b.inFlight()))));
  }

  static Stream<Finding> completesNothing(Links links) {
    return each(
        links,
        look ->
            look.busy().stream()
                .filter(b -> b.completed() == 0 && b.inFlight() > 0)
                .filter(b -> b.watchedMillis() >= LEAST_MILLIS)
                .flatMap(b ->
                    volumesOf(b.device(), look, links)
                        .map(volume ->
                            Finding.of(
                                Code.UD158,
                                Subject.of(volume),
                                volume.name(),
                                look.node(),
                                b.device(),
                                b.inFlight(),
                                b.watchedMillis() / 1000))));
  }

  static Stream<Finding> errors(Links links) {
    return each(
        links,
        look ->
            look.devices().stream()
                .filter(device -> device.errors() > 0)
                .flatMap(device ->
                    volumesOf(device.name(), look, links)
                        .map(volume ->
                            Finding.of(
                                Code.UD159,
                                Subject.of(volume),
                                volume.name(),
                                look.node(),
                                device.name(),
                                device.errors()))));
  }
}

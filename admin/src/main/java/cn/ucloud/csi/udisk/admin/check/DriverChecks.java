package cn.ucloud.csi.udisk.admin.check;

import static cn.ucloud.csi.udisk.admin.check.Subject.DRIVER;

import cn.ucloud.csi.udisk.admin.facts.Driver;
import cn.ucloud.csi.udisk.admin.facts.Driver.DriverPod;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.link.Ages;
import cn.ucloud.csi.udisk.admin.link.Links;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** UD10x: does the driver itself run, and is it let in everywhere. */
final class DriverChecks {
  private static final Duration MOST_CLOCK_DIFFERENCE = Duration.ofSeconds(60);

  private DriverChecks() {}

  static Stream<Finding> acting(Links links) {
    Facts facts = links.facts();
    Driver driver = facts.driver();
    if (driver.namespace().isEmpty() || driver.acts(facts.at())) {
      return Stream.empty();
    }
    return Stream.of(
        Finding.of(
            Code.UD100,
            DRIVER,
            driver.holder().isEmpty() ? "-" : driver.holder(),
            Ages.since(driver.renewedAt(), facts.at())));
  }

  static Stream<Finding> controllerPods(Links links) {
    return links.facts().driver().controllers().stream()
        .filter(pod -> !pod.isReady())
        .map(pod ->
            Finding.of(Code.UD101, new Subject("pod", pod.name()), reason(pod), pod.restarts()));
  }

  private static String reason(DriverPod pod) {
    return pod.problem().isEmpty() ? "not ready" : pod.problem();
  }

  static Stream<Finding> cloud(Links links) {
    return links.facts().gaps().stream()
        .flatMap(gap ->
            switch (gap.kind()) {
              case KEYS_REFUSED -> Stream.of(Finding.of(Code.UD102, DRIVER, gap.why()));
              case CLOUD_UNREACHABLE -> Stream.of(Finding.of(Code.UD103, DRIVER, gap.why()));
              default -> Stream.empty();
            });
  }

  static Stream<Finding> clock(Links links) {
    Duration ahead = Duration.ofMillis(links.facts().clockAheadMillis());
    return ahead.abs().compareTo(MOST_CLOCK_DIFFERENCE) < 0
        ? Stream.empty()
        : Stream.of(Finding.of(Code.UD104, DRIVER, ahead.toSeconds()));
  }

  /** Only nodes that are ready: of the others kubelet itself says more. */
  static Stream<Finding> plugins(Links links) {
    Facts facts = links.facts();
    if (facts.driver().nodePlugins().isEmpty()) {
      return Stream.empty();
    }
    Set<String> running =
        facts.driver().nodePlugins().stream()
            .filter(DriverPod::isReady)
            .map(DriverPod::node)
            .collect(Collectors.toSet());
    Set<String> all =
        facts.driver().nodePlugins().stream().map(DriverPod::node).collect(Collectors.toSet());
    return facts.nodes().stream()
        .filter(Node::isReady)
        .filter(node -> all.contains(node.name()))
        .flatMap(node -> {
          if (!running.contains(node.name())) {
            return Stream.of(Finding.of(Code.UD105, Subject.of(node), node.name()));
          }
          return node.isRegistered() || facts.isUnread("csinodes")
              ? Stream.empty()
              : Stream.of(Finding.of(Code.UD106, Subject.of(node), node.name()));
        });
  }

  static Stream<Finding> versions(Links links) {
    Driver driver = links.facts().driver();
    Set<String> images = new TreeSet<>();
    Stream.concat(driver.controllers().stream(), driver.nodePlugins().stream())
        .map(DriverPod::image)
        .filter(image -> !image.isEmpty())
        .forEach(images::add);
    return images.size() < 2
        ? Stream.empty()
        : Stream.of(Finding.of(Code.UD107, DRIVER, String.join(", ", images)));
  }

  static Stream<Finding> driverObject(Links links) {
    Driver driver = links.facts().driver();
    return driver.namespace().isEmpty() || driver.hasCsiDriver()
        ? Stream.empty()
        : Stream.of(Finding.of(Code.UD108, DRIVER));
  }

  /** What else could not be read: nothing is known of it, which is worth a word. */
  static Stream<Finding> gaps(Links links) {
    return links.facts().gaps().stream()
        .filter(
            gap -> !List.of(Gap.Kind.KEYS_REFUSED, Gap.Kind.CLOUD_UNREACHABLE).contains(gap.kind()))
        .map(gap -> Finding.of(Code.UD190, DRIVER, gap.what(), gap.why()));
  }
}

package cn.ucloud.csi.udisk.admin.check;

import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.link.Links;
import java.util.Comparator;
import java.util.List;

/** All checks. */
public final class Checks {
  private static final List<Check> ALL =
      List.of(
          DriverChecks::acting,
          DriverChecks::controllerPods,
          DriverChecks::cloud,
          DriverChecks::clock,
          DriverChecks::plugins,
          DriverChecks::versions,
          DriverChecks::driverObject,
          DriverChecks::gaps,
          NodeChecks::attachesByItself,
          NodeChecks::unknownInUse,
          NodeChecks::lost,
          NodeChecks::contradiction,
          NodeChecks::zone,
          NodeChecks::slots,
          NodeChecks::back,
          AttachmentChecks::notThere,
          AttachmentChecks::dangling,
          AttachmentChecks::deletingForLong,
          AttachmentChecks::twice,
          AttachmentChecks::missing,
          AttachmentChecks::refused,
          AttachmentChecks::ofNothing,
          PlacementChecks::immediate,
          PlacementChecks::noClass,
          PlacementChecks::unscheduled,
          PlacementChecks::noNodeInZone,
          PlacementChecks::selectedNodeGone,
          PlacementChecks::notMade,
          LifeChecks::released,
          LifeChecks::claimDeleting,
          LifeChecks::volumeDeleting,
          LifeChecks::claimLost,
          LifeChecks::notDeleted,
          LifeChecks::sameDisk,
          LifeChecks::notMounted,
          MountChecks::deviceMissing,
          MountChecks::withoutAttachment,
          MountChecks::wrongDevice,
          MountChecks::stopped,
          MountChecks::held,
          MountChecks::silent,
          MountChecks::slow,
          MountChecks::completesNothing,
          MountChecks::errors,
          DiskChecks::leaked,
          DiskChecks::gone,
          DiskChecks::sameName,
          DiskChecks::failed,
          DiskChecks::ending,
          DiskChecks::unpaid,
          DiskChecks::locked,
          DiskChecks::leftOfClones,
          DiskChecks::flexVolumes,
          DiskChecks::rdmaTerms,
          DiskChecks::closedDriver);

  private Checks() {}

  /** Everything that is wrong, the worst first, then by code and by what it is about. */
  public static List<Finding> run(Facts facts) {
    return run(new Links(facts));
  }

  /** The same, where the links are known already. */
  public static List<Finding> run(Links links) {
    return ALL.stream()
        .flatMap(check -> check.findings(links))
        .distinct()
        .sorted(
            Comparator.comparing((Finding finding) -> finding.code().severity())
                .reversed()
                .thenComparing(Finding::code)
                .thenComparing(finding -> finding.about().toString()))
        .toList();
  }
}

package cn.ucloud.csi.udisk.admin.smoke;

import cn.ucloud.csi.udisk.admin.facts.StorageClass;
import cn.ucloud.csi.udisk.admin.plan.Decision;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Of which class the test volume is: the one that was asked for, else the cluster's default, else
 * the first by name, of those that delete a disk with its volume.
 *
 * @param name empty if it may not be any
 * @param refusal why
 */
record ClassChoice(String name, Optional<Decision> refusal) {

  static ClassChoice of(String wanted, List<StorageClass> classes) {
    if (wanted.isEmpty()) {
      return classes.stream()
          .filter(ClassChoice::isOurs)
          .filter(found -> !keeps(found))
          .min(
              Comparator.comparing((StorageClass found) -> !found.isDefault())
                  .thenComparing(StorageClass::name))
          .map(found -> new ClassChoice(found.name(), Optional.empty()))
          .orElseGet(() -> refused("smoke.noClass"));
    }
    Optional<StorageClass> found =
        classes.stream().filter(one -> one.name().equals(wanted)).findFirst();
    if (found.isEmpty()) {
      return refused("smoke.classUnknown", wanted);
    }
    if (!isOurs(found.get())) {
      return refused("smoke.classOfOthers", wanted, found.get().provisioner());
    }
    return keeps(found.get())
        ? refused("smoke.classKeeps", wanted)
        : new ClassChoice(wanted, Optional.empty());
  }

  private static boolean isOurs(StorageClass found) {
    return IdentityService.DRIVER_NAME.equals(found.provisioner());
  }

  private static boolean keeps(StorageClass found) {
    return "Retain".equals(found.reclaimPolicy());
  }

  private static ClassChoice refused(String key, Object... args) {
    return new ClassChoice("", Optional.of(Decision.refused(key, args)));
  }
}

package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.common.model.QueueSettings;
import cn.ucloud.csi.udisk.common.ucloud.udisk.ChargeType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import cn.ucloud.csi.udisk.controller.model.LabelTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The parameters of a StorageClass: the closed driver's, in its spelling, and a few of ours. */
final class ClassParameters {
  private static final String TYPE = "type";
  private static final String FS_TYPE = "fsType";
  private static final String DATA_ARK = "udataArkMode";
  private static final String CHARGE_TYPE = "chargeType";
  private static final String QUANTITY = "quantity";
  private static final String CMK_ID = "cmkId";

  /** The business group; how the closed driver spells it is not public. */
  private static final String TAG = "tag";

  private static final String SNAPSHOT_SERVICE = "snapshotService";

  private static final String LABELS = "labels";

  private static final List<String> KEYS =
      List.of(
          TYPE, FS_TYPE, DATA_ARK, CHARGE_TYPE, QUANTITY, CMK_ID, TAG, SNAPSHOT_SERVICE, LABELS);

  /** The provisioner's own keys, which it takes out or adds itself. */
  static final String SIDECAR_PREFIX = "csi.storage.k8s.io/";

  private static final String SIDECAR_FS_TYPE = SIDECAR_PREFIX + "fstype";

  /** UCloud's rule for names (UHost API, "specification"). */
  private static final Pattern GROUP = Pattern.compile("[\\p{IsHan}A-Za-z0-9._-]{1,63}");

  private final Map<String, String> map;

  private ClassParameters(Map<String, String> map) {
    this.map = map;
  }

  /**
   * Reads the parameters.
   *
   * @param requested the type of filesystem that the capability names, which the provisioner takes
   *     from its own key
   * @throws InvalidRequest if one is unknown, missing or has a value that is not allowed
   */
  static ClassSettings read(Map<String, String> map, Optional<FilesystemType> requested) {
    List<String> allowed = new ArrayList<>(KEYS);
    Arrays.stream(MkfsOptions.Setting.values())
        .map(MkfsOptions.Setting::word)
        .forEach(allowed::add);
    Arrays.stream(QueueSettings.Setting.values())
        .map(QueueSettings.Setting::word)
        .forEach(allowed::add);
    for (String key : map.keySet()) {
      if (!allowed.contains(key) && !key.startsWith(SIDECAR_PREFIX)) {
        throw new InvalidRequest(
            "parameters",
            "has the unknown key '%s'; allowed are %s and %s*"
                .formatted(key, String.join(", ", allowed), SIDECAR_PREFIX));
      }
    }
    ClassParameters parameters = new ClassParameters(map);
    Optional<FilesystemType> named = parameters.filesystem(requested);
    FilesystemType made = requested.or(() -> named).orElse(FilesystemType.DEFAULT);
    return new ClassSettings(
        parameters.plan(),
        named,
        MkfsOptions.from("parameters", map, made),
        QueueSettings.from("parameters", map, made),
        parameters.labels());
  }

  private DiskPlan plan() {
    ChargeType chargeType =
        find(CHARGE_TYPE)
            .map(name ->
                ChargeType.named(name)
                    .orElseThrow(() -> notAllowed(CHARGE_TYPE, name, ChargeType.classNames())))
            .orElse(ChargeType.DYNAMIC);
    List<DiskType> types = types();
    return new DiskPlan(
        types,
        new DiskTerms(
            chargeType,
            quantity(chargeType),
            businessGroup(),
            isYes(DATA_ARK),
            isYes(SNAPSHOT_SERVICE)),
        cmkId(types));
  }

  private List<DiskType> types() {
    List<String> allowed = DiskType.classNames();
    String text =
        find(TYPE)
            .orElseThrow(() ->
                new InvalidRequest(
                    "parameters." + TYPE,
                    "is missing; allowed are %s, or several in order of preference, as rssd,ssd"
                        .formatted(String.join(", ", allowed))));
    List<DiskType> types = new ArrayList<>();
    for (String name : Arrays.stream(text.split(",", -1)).map(String::strip).toList()) {
      DiskType type = DiskType.named(name).orElseThrow(() -> notAllowed(TYPE, name, allowed));
      if (types.contains(type)) {
        throw new InvalidRequest("parameters." + TYPE, "must not name " + name + " twice");
      }
      types.add(type);
    }
    return types;
  }

  private Optional<FilesystemType> filesystem(Optional<FilesystemType> requested) {
    Optional<FilesystemType> named = filesystem(FS_TYPE);
    Optional<FilesystemType> sidecars = requested.or(() -> filesystem(SIDECAR_FS_TYPE));
    if (named.isPresent() && sidecars.isPresent() && !named.equals(sidecars)) {
      throw new InvalidRequest(
          "parameters." + FS_TYPE,
          "is %s, but %s is %s".formatted(named.get(), SIDECAR_FS_TYPE, sidecars.get()));
    }
    return named;
  }

  private Optional<FilesystemType> filesystem(String key) {
    return find(key)
        .map(name ->
            FilesystemType.named(name)
                .orElseThrow(() ->
                    new InvalidRequest(
                        "parameters." + key,
                        "must not be '%s'; allowed are %s"
                            .formatted(name, FilesystemType.names()))));
  }

  /** By the hour the number means nothing, but old classes carry one. */
  private int quantity(ChargeType chargeType) {
    String text = find(QUANTITY).orElse("1");
    int most = chargeType.mostPeriods();
    if (!text.matches("\\d{1,2}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
      throw new InvalidRequest(
          "parameters." + QUANTITY,
          "must not be '%s'; with chargeType %s a number from 1 to %d is allowed"
              .formatted(text, chargeType.className(), most));
    }
    return Integer.parseInt(text);
  }

  private Optional<String> businessGroup() {
    Optional<String> group = find(TAG);
    if (group.filter(name -> !GROUP.matcher(name).matches()).isPresent()) {
      throw new InvalidRequest(
          "parameters." + TAG,
          "must not be '%s'; allowed are 1 to 63 letters, digits, Chinese characters, '.', '_', '-'"
              .formatted(group.get()));
    }
    return group;
  }

  private Optional<String> labels() {
    Optional<String> labels = find(LABELS);
    labels.ifPresent(text -> LabelTemplate.parse("parameters." + LABELS, text));
    return labels;
  }

  private boolean isYes(String key) {
    return switch (find(key).orElse("no")) {
      case "yes" -> true;
      case "no" -> false;
      default -> throw notAllowed(key, map.getOrDefault(key, ""), List.of("yes", "no"));
    };
  }

  private Optional<String> cmkId(List<DiskType> types) {
    Optional<String> key = find(CMK_ID);
    if (key.isPresent() && !types.equals(List.of(DiskType.RSSD))) {
      throw new InvalidRequest(
          "parameters." + CMK_ID, "is allowed only with type rssd; other disks are not encrypted");
    }
    return key;
  }

  /** A value of blanks counts as absent, so that a template may leave one open. */
  private Optional<String> find(String key) {
    return Optional.ofNullable(map.get(key)).map(String::strip).filter(text -> !text.isEmpty());
  }

  private static InvalidRequest notAllowed(String key, String value, List<String> allowed) {
    return new InvalidRequest(
        "parameters." + key,
        "must not be '%s'; allowed are %s".formatted(value, String.join(", ", allowed)));
  }
}

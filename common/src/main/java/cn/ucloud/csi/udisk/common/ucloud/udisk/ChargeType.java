package cn.ucloud.csi.udisk.common.ucloud.udisk;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How a disk is paid (UCloud API, CreateUDisk). */
public enum ChargeType {
  /** By the hour. */
  DYNAMIC("Dynamic", 10),
  MONTH("Month", 9),
  YEAR("Year", 10);

  private final String apiName;
  private final int mostPeriods;

  ChargeType(String apiName, int mostPeriods) {
    this.apiName = apiName;
    this.mostPeriods = mostPeriods;
  }

  /** What a StorageClass means by {@code dynamic}, {@code month}, {@code year}. */
  public static Optional<ChargeType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.className().equals(name)).findFirst();
  }

  /** What a StorageClass may say. */
  public static List<String> classNames() {
    return Stream.of(values()).map(ChargeType::className).toList();
  }

  public String className() {
    return name().toLowerCase(Locale.ROOT);
  }

  String apiName() {
    return apiName;
  }

  /** How many months or years may be bought at once; by the hour the number means nothing. */
  public int mostPeriods() {
    return mostPeriods;
  }
}

package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The kinds of data disk a StorageClass may ask for (UCloud API, CreateUDisk; UHost disk types).
 */
public enum DiskType {
  SATA("DataDisk", "CLOUD_NORMAL", 8000),
  SSD("SSDDataDisk", "CLOUD_SSD", 8000),
  RSSD("RSSDDataDisk", "CLOUD_RSSD", 32000),
  ESSD("ESSDDataDisk", "CLOUD_ESSD", 8000);

  private final String apiName;
  private final String uhostName;
  private final int largestGib;

  DiskType(String apiName, String uhostName, int largestGib) {
    this.apiName = apiName;
    this.uhostName = uhostName;
    this.largestGib = largestGib;
  }

  /** The type a StorageClass means by {@code sata}, {@code ssd}, {@code rssd}, {@code essd}. */
  public static Optional<DiskType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.className().equals(name)).findFirst();
  }

  /** The type that Describe names in either protocol version; empty for one we never make. */
  static Optional<DiskType> reported(String name) {
    return Arrays.stream(values())
        .filter(type -> type.apiName.equals(name) || type.uhostName.equals(name))
        .findFirst();
  }

  /** What a StorageClass may say. */
  public static List<String> classNames() {
    return Stream.of(values()).map(DiskType::className).toList();
  }

  public String className() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What CreateUDisk calls it. */
  public String apiName() {
    return apiName;
  }

  public DiskSize largest() {
    return DiskSize.ofGib(largestGib);
  }
}

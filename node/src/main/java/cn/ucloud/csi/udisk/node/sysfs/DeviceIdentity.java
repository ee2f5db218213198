package cn.ucloud.csi.udisk.node.sysfs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What tells one attachment of a disk from every other on this host since it was booted.
 *
 * @param serial encodes the letter the cloud gave, so another disk may have it later
 * @param number is given again, too, once a device is gone
 * @param diskseq counts up for every disk that appears, never twice (Linux 5.15); empty before
 */
public record DeviceIdentity(String serial, DeviceNumber number, OptionalLong diskseq) {
  private static final String SERIAL = "serial";
  private static final String NUMBER = "device";
  private static final String DISKSEQ = "diskseq";

  /** As fields of a state file. */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put(SERIAL, serial);
    map.put(NUMBER, number.toString());
    diskseq.ifPresent(seq -> map.put(DISKSEQ, Long.toString(seq)));
    return map;
  }

  /** Empty if the map does not hold one, or one that nobody of ours has written. */
  public static Optional<DeviceIdentity> from(Map<String, String> map) {
    String serial = map.get(SERIAL);
    String number = map.get(NUMBER);
    String seq = map.get(DISKSEQ);
    if (serial == null || number == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new DeviceIdentity(
              serial,
              DeviceNumber.parse(number),
              seq == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(seq))));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return serial
        + " ("
        + number
        + (diskseq.isPresent() ? ", diskseq " + diskseq.getAsLong() : "")
        + ")";
  }
}

package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which lines of a mount table have one of several texts in them, told from its bytes: to make text
 * of every line of a long table takes longer than the kernel takes to write it.
 */
final class LineFilter {
  private final byte[][] texts;

  /** All of them begin with it, so most of a table's bytes are compared once. */
  private final byte first;

  private LineFilter(Stream<String> texts) {
    this.texts = texts.map(text -> text.getBytes(MountTable.ENCODING)).toArray(byte[][]::new);
    this.first = this.texts[0][0];
  }

  /** Those that have this text. */
  static LineFilter containing(String text) {
    return new LineFilter(Stream.of(text));
  }

  /** Those that may be of one of these devices; a btrfs has a number of its own. */
  static LineFilter onDevices(Collection<DeviceNumber> devices) {
    return new LineFilter(
        Stream.concat(
            devices.stream().map(number -> " " + number + " "),
            Stream.of(typed(FilesystemType.BTRFS))));
  }

  /** Those of filesystems of these types. */
  static LineFilter ofTypes(FilesystemType... types) {
    return new LineFilter(List.of(types).stream().map(LineFilter::typed));
  }

  private static String typed(FilesystemType type) {
    return " - " + type + " ";
  }

  /** Where the first such text begins that is whole between two places; -1 if none is. */
  int find(byte[] table, int from, int to) {
    byte begin = first;
    for (int at = from; at < to; at++) {
      if (table[at] == begin && isAnyAt(table, at, to)) {
        return at;
      }
    }
    return -1;
  }

  private boolean isAnyAt(byte[] table, int at, int to) {
    for (byte[] text : texts) {
      if (text.length <= to - at && isAt(table, at, text)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAt(byte[] table, int at, byte[] text) {
    for (int i = 1; i < text.length; i++) {
      if (table[at + i] != text[i]) {
        return false;
      }
    }
    return true;
  }
}

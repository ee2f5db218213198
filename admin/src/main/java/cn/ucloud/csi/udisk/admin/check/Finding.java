package cn.ucloud.csi.udisk.admin.check;

import java.util.List;

/**
 * Something that is wrong.
 *
 * @param args what the sentence of the code speaks of, in its order
 */
public record Finding(Code code, Subject about, List<String> args) {
  static Finding of(Code code, Subject about, Object... args) {
    return new Finding(code, about, java.util.Arrays.stream(args).map(String::valueOf).toList());
  }
}

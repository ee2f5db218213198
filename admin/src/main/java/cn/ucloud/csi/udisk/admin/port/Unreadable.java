package cn.ucloud.csi.udisk.admin.port;

import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;

/** Something cannot be read; what it is and why becomes a gap of the facts. */
public final class Unreadable extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Gap gap;

  public Unreadable(String what, Gap.Kind kind, String why) {
    super(why);
    this.gap = new Gap(what, kind, why);
  }

  public Gap gap() {
    return gap;
  }
}

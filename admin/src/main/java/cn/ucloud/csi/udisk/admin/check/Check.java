package cn.ucloud.csi.udisk.admin.check;

import cn.ucloud.csi.udisk.admin.link.Links;
import java.util.stream.Stream;

/** Looks for one kind of faults. */
interface Check {
  /** What is found; nothing where the facts do not suffice. */
  Stream<Finding> findings(Links links);
}

package cn.ucloud.csi.udisk.admin.command;

import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.read.FactsReader;
import cn.ucloud.csi.udisk.admin.read.Part;
import java.util.EnumSet;
import java.util.Set;

/** Which facts a question about one object, a namespace or everything needs. */
public final class Questions {
  private static final Set<Part> NARROW = EnumSet.of(Part.CLASSES, Part.EVENTS, Part.DRIVER);

  private final FactsReader reader;
  private final String namespace;
  private final Set<Part> parts;

  private Questions(Session session, CommonFlags flags, Set<Part> parts) {
    this.reader = session.reader().get();
    this.namespace = flags.namespace(session);
    this.parts = parts;
  }

  /** By the names that lead from claims to disks and attachments. */
  public static Questions byName(Session session, CommonFlags flags) {
    return new Questions(session, flags, NARROW);
  }

  /**
   * With lists of all volumes and attachments, among which are those that no name leads to: of
   * claims that are gone, and to nodes where neither the pod nor the disk is.
   */
  public static Questions byList(Session session, CommonFlags flags) {
    Set<Part> wide = EnumSet.of(Part.VOLUMES, Part.ATTACHMENTS);
    wide.addAll(NARROW);
    return new Questions(session, flags, wide);
  }

  /** Of the namespace that is meant, or of the whole cluster. */
  public Facts asked() {
    return namespace.isEmpty() ? everything() : reader.namespace(namespace, parts);
  }

  /** Of the whole cluster and every disk of the region. */
  public Facts everything() {
    return reader.cluster(EnumSet.complementOf(EnumSet.of(Part.SNAPSHOTS)));
  }

  /** Of one object and all that belongs to it. */
  public Facts about(Target target) {
    return switch (target.kind()) {
      case CLAIM, POD -> reader.namespace(namespace, parts);
      case VOLUME -> reader.volume(target.name(), parts);
      case DISK -> reader.disk(target.name(), parts);
      case ATTACHMENT -> reader.attachment(target.name(), parts);
      case NODE -> reader.node(target.name(), parts);
    };
  }
}

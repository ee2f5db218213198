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

  public Questions(Session session, CommonFlags flags) {
    this.reader = session.reader().get();
    this.namespace = flags.namespace(session);
  }

  /** Of the namespace that is meant, or of the whole cluster. */
  public Facts asked() {
    if (!namespace.isEmpty()) {
      return reader.namespace(namespace, NARROW);
    }
    return everything();
  }

  /** The same, with volumes that were of claims of the namespace which are gone. */
  public Facts askedWithReleased() {
    if (!namespace.isEmpty()) {
      return reader.namespace(
          namespace, EnumSet.of(Part.CLASSES, Part.EVENTS, Part.DRIVER, Part.VOLUMES));
    }
    return everything();
  }

  /** Of the whole cluster and every disk of the region. */
  public Facts everything() {
    return reader.cluster(EnumSet.complementOf(EnumSet.of(Part.SNAPSHOTS)));
  }

  /** Of one object and all that belongs to it. */
  public Facts about(Target target) {
    return switch (target.kind()) {
      case CLAIM, POD -> reader.namespace(namespace, NARROW);
      case VOLUME -> reader.volume(target.name(), NARROW);
      case DISK -> reader.disk(target.name(), NARROW);
      case ATTACHMENT -> reader.attachment(target.name(), NARROW);
      case NODE -> reader.node(target.name(), NARROW);
    };
  }
}

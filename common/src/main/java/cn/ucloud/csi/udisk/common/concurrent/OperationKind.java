package cn.ucloud.csi.udisk.common.concurrent;

import java.util.Locale;

/** What an operation does to its volume; most kinds have one that undoes it. */
public enum OperationKind {
  CREATE,
  DELETE,
  ATTACH,
  DETACH,
  EXPAND,
  STAGE,
  UNSTAGE,
  PUBLISH,
  UNPUBLISH;

  boolean isOppositeOf(OperationKind other) {
    return switch (this) {
      case CREATE -> other == DELETE;
      case DELETE -> other == CREATE;
      case ATTACH -> other == DETACH;
      case DETACH -> other == ATTACH;
      case EXPAND -> false; // disks never shrink
      case STAGE -> other == UNSTAGE;
      case UNSTAGE -> other == STAGE;
      case PUBLISH -> other == UNPUBLISH;
      case UNPUBLISH -> other == PUBLISH;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

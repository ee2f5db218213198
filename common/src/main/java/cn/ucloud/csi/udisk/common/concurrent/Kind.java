package cn.ucloud.csi.udisk.common.concurrent;

import java.util.Locale;

/** What an operation does to its volume; each kind but the last has one that undoes it. */
public enum Kind {
  CREATE,
  DELETE,
  ATTACH,
  DETACH,
  STAGE,
  UNSTAGE,
  PUBLISH,
  UNPUBLISH,
  EXPAND;

  boolean isOppositeOf(Kind other) {
    return switch (this) {
      case CREATE -> other == DELETE;
      case DELETE -> other == CREATE;
      case ATTACH -> other == DETACH;
      case DETACH -> other == ATTACH;
      case STAGE -> other == UNSTAGE;
      case UNSTAGE -> other == STAGE;
      case PUBLISH -> other == UNPUBLISH;
      case UNPUBLISH -> other == PUBLISH;
      case EXPAND -> false;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

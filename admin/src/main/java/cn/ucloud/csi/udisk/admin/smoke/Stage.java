package cn.ucloud.csi.udisk.admin.smoke;

/** What a test volume goes through, in this order. */
enum Stage {
  BOUND,
  ATTACHED,
  WRITTEN,
  DETACHED,
  ATTACHED_AGAIN,
  READ,
  GROWN,
  SNAPPED,
  COPIED;

  /** Its key among the messages, whose sentence begins with the time that it took. */
  String key() {
    return "smoke." + name();
  }
}

package cn.ucloud.csi.udisk.controller.kube.adapter;

/** What became of events so far. */
public record EventCounts(long written, long failed, long dropped) {
  public static final EventCounts NONE = new EventCounts(0, 0, 0);
}

package cn.ucloud.csi.udisk.admin.facts;

/**
 * A host as the cloud shows it.
 *
 * @param state in the cloud's words, such as Running or Stopped; empty if it does not say
 * @param exists false if the cloud knows none of that id
 */
public record Host(String id, boolean exists, String state, String zone, int dataDisks) {
  public boolean isStopped() {
    return "Stopped".equals(state);
  }

  public boolean isOff() {
    return !exists || isStopped();
  }
}

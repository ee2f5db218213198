package cn.ucloud.csi.udisk.it.bench;

/**
 * One measured value.
 *
 * @param what as in "storm of 100: describe calls"
 * @param how it was obtained: how many samples, their spread, what was done
 */
public record Figure(String what, double value, String unit, Target aim, String how) {

  public String verdict() {
    if (aim instanceof Target.None) {
      return "";
    }
    return aim.isMet(value) ? "met" : "MISSED";
  }
}

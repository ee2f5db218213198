package cn.ucloud.csi.udisk.common.health;

/**
 * Something that is wrong with a volume.
 *
 * @param isUsable whether pods can go on with the volume all the same
 * @param reason a word in CamelCase, by which programs tell it from anything else
 * @param sentence what is wrong and what helps; the same for as long as it is wrong, because every
 *     change of it is written to the API server
 */
public record HealthProblem(boolean isUsable, String reason, String sentence) {

  public static HealthProblem degraded(String reason, String sentence) {
    return new HealthProblem(true, reason, sentence);
  }

  public static HealthProblem inaccessible(String reason, String sentence) {
    return new HealthProblem(false, reason, sentence);
  }
}

package cn.ucloud.csi.udisk.simulator.fault;

import java.time.Instant;
import java.util.Map;

/**
 * One call of the API.
 *
 * @param parameters without keys, token and signature
 * @param outcome the RetCode as text, {@code answer lost}, {@code request lost}, {@code HTTP 503},
 *     {@code garbage} or {@code running}
 */
public record Call(
    long sequence,
    Instant time,
    String requestUuid,
    String action,
    Map<String, String> parameters,
    String outcome) {
  public static final String RUNNING = "running";
  public static final String ANSWER_LOST = "answer lost";
  public static final String REQUEST_LOST = "request lost";

  Call ended(String newOutcome) {
    return new Call(sequence, time, requestUuid, action, parameters, newOutcome);
  }
}

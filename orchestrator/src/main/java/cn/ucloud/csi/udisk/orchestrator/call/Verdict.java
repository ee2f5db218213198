package cn.ucloud.csi.udisk.orchestrator.call;

/** What a caller concludes from one answer. */
public enum Verdict {
  /** Done. */
  OK,
  /** The operation may still be running; the caller must go on until it knows. */
  UNCERTAIN,
  /** Nothing is running and nothing was made; the caller may forget the attempt. */
  FINAL,
  /** Final, and another node should be chosen. */
  RESCHEDULE
}

package cn.ucloud.csi.udisk.simulator.fault;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What goes wrong with a call. */
public enum Effect {
  /** The action is applied, then the connection is closed with no answer. */
  @JsonProperty("lose-answer")
  LOSE_ANSWER,
  /** The connection is closed, and nothing was applied. */
  @JsonProperty("lose-request")
  LOSE_REQUEST,
  /** The connection is closed with no answer, and the action is applied later. */
  @JsonProperty("late")
  LATE,
  /** A change is answered as if it had been done, and applied later; a read goes on normally. */
  @JsonProperty("accept-late")
  ACCEPT_LATE,
  /** The call is answered by a server that lags: it shows the disks as they were. */
  @JsonProperty("stale")
  STALE,
  /** The call waits, then goes on normally. */
  @JsonProperty("delay")
  DELAY,
  /** The call is refused with a RetCode. */
  @JsonProperty("ret-code")
  RET_CODE,
  /** The call is answered with an HTTP status and no envelope. */
  @JsonProperty("http-status")
  HTTP_STATUS,
  /** The call is answered with something that is no answer of the API. */
  @JsonProperty("garbage")
  GARBAGE,
  /** The call waits for its release, then goes on normally. */
  @JsonProperty("hold")
  HOLD,
  /** The action is applied, and the answer waits for its release. */
  @JsonProperty("hold-answer")
  HOLD_ANSWER
}

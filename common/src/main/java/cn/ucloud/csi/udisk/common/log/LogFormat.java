package cn.ucloud.csi.udisk.common.log;

/** How log lines are written: for people, or one JSON object each. */
public enum LogFormat {
  TEXT,
  JSON
}

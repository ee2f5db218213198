package cn.ucloud.csi.udisk.common.ucloud;

/** What an action gives whose answer holds nothing that is used. */
public enum Done {
  DONE
}

package cn.ucloud.csi.udisk.controller.cluster;

/** Something that a person would want to know. */
public record VolumeEvent(Reason reason, String text) {

  /** What it is about, as Kubernetes shows it. */
  public enum Reason {
    SIZE_ROUNDED("SizeRounded", false),
    OTHER_TYPE_MADE("OtherTypeMade", false),
    SOURCE_ELSEWHERE("SourceElsewhere", true),
    CLONED_BY_SNAPSHOT("ClonedBySnapshot", false),
    RESCHEDULING("Rescheduling", true),
    UNUSABLE_DISK_DELETED("UnusableDiskDeleted", true),
    DETACHED_UNUSED("DetachedUnused", false),
    WAITING_FOR_DETACH("WaitingForDetach", true),
    DETACHED_OUTSIDE("DetachedOutsideKubernetes", true),
    DETACHED_LATE("DetachedLate", true),
    ATTACHED_AGAIN("AttachedAgain", false),
    DUPLICATE_DISKS("DuplicateDisks", true),
    LEAKED_DISKS("LeakedDisks", true),
    LEAKED_SNAPSHOTS("LeakedSnapshots", true),
    DANGLING_ATTACHMENT("DanglingAttachment", true),
    DISK_EXPIRES("DiskExpires", true),
    DISK_EXPIRED("DiskExpired", true),
    KEY_UNUSABLE("EncryptionKeyUnusable", true),
    LABELS_NOT_BOUND("LabelsNotBound", true),
    HOST_STOPPED("HostStopped", true),
    HOST_BACK("HostBack", false),
    RECOVERY_HELD_BACK("RecoveryHeldBack", true);

    private final String word;
    private final boolean isWarning;

    Reason(String word, boolean isWarning) {
      this.word = word;
      this.isWarning = isWarning;
    }

    public String word() {
      return word;
    }

    public boolean isWarning() {
      return isWarning;
    }
  }
}

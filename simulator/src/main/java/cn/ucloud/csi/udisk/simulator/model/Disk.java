package cn.ucloud.csi.udisk.simulator.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One disk as the region knows it.
 *
 * @param sequence the order of creation, which is the order of lists
 * @param frozen no transition of this disk ends while this is set
 */
public record Disk(
    String id,
    long sequence,
    Instant created,
    boolean boot,
    DiskOrder order,
    DiskStatus status,
    @Nullable Attachment attachment,
    @Nullable Transition transition,
    boolean frozen) {

  public Disk with(DiskOrder newOrder) {
    return new Disk(id, sequence, created, boot, newOrder, status, attachment, transition, frozen);
  }

  public Disk with(DiskStatus newStatus, @Nullable Attachment newAttachment) {
    return new Disk(
        id, sequence, created, boot, order, newStatus, newAttachment, transition, frozen);
  }

  public Disk withTransition(@Nullable Transition newTransition) {
    return new Disk(id, sequence, created, boot, order, status, attachment, newTransition, frozen);
  }

  public Disk withFrozen(boolean newFrozen) {
    return new Disk(id, sequence, created, boot, order, status, attachment, transition, newFrozen);
  }

  /** Whether the disk is, or is about to be or cease to be, attached to this host. */
  public boolean isOn(String hostId) {
    return attachment != null && attachment.hostId().equals(hostId);
  }

  /** Whether the host sees a device for this disk. */
  @JsonIgnore
  public boolean isPlugged() {
    return status == DiskStatus.IN_USE || status == DiskStatus.DETACHING;
  }
}

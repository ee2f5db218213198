package cn.ucloud.csi.udisk.admin.check;

/**
 * What can be found. A code never changes its meaning, for it is an anchor in operations.md; its
 * sentence and what to do next are in the messages, under its name.
 */
public enum Code {
  /** Nobody acts. */
  UD100(Severity.ERROR),
  /** A pod of the controller does not run. */
  UD101(Severity.WARNING),
  /** The cloud refuses the keys. */
  UD102(Severity.ERROR),
  /** The cloud does not answer. */
  UD103(Severity.ERROR),
  /** The clock of this machine and the API server's differ. */
  UD104(Severity.WARNING),
  /** The node plugin does not run on a node. */
  UD105(Severity.WARNING),
  /** The driver is not registered on a node whose plugin runs. */
  UD106(Severity.WARNING),
  /** Pods of the driver are of different versions. */
  UD107(Severity.WARNING),
  /** The CSIDriver object is missing. */
  UD108(Severity.ERROR),

  /** kubelet attaches by itself. */
  UD110(Severity.ERROR),
  /** kubelet uses a disk that the attach/detach controller does not know there. */
  UD111(Severity.WARNING),
  /** A node with volumes is silent. */
  UD112(Severity.WARNING),
  /** A refusal: the host of a silent node still runs. */
  UD113(Severity.ERROR),
  /** The host of a node with volumes is off. */
  UD114(Severity.ERROR),
  /** The labels of a node and its registration name different hosts. */
  UD115(Severity.ERROR),
  /** The zone of a node is not known. */
  UD116(Severity.WARNING),
  /** A node takes no further volume. */
  UD117(Severity.WARNING),
  /** A node that is back is still marked as out of service. */
  UD118(Severity.WARNING),

  /** The cluster says attached, the cloud says no. */
  UD120(Severity.ERROR),
  /** A node has a disk of this cluster, and no attachment says so. */
  UD121(Severity.WARNING),
  /** An attachment is being deleted for long. */
  UD122(Severity.WARNING),
  /** One volume is attached twice. */
  UD123(Severity.ERROR),
  /** A pod waits, and there is no attachment. */
  UD124(Severity.WARNING),
  /** Attaching fails. */
  UD125(Severity.ERROR),
  /** An attachment of a volume that is gone. */
  UD126(Severity.WARNING),
  /** An attachment to a node that is gone. */
  UD127(Severity.WARNING),

  /** A class binds at once. */
  UD130(Severity.WARNING),
  /** No class of that name. */
  UD131(Severity.ERROR),
  /** A pod finds no node. */
  UD132(Severity.ERROR),
  /** No node is in the zone of a volume. */
  UD133(Severity.ERROR),
  /** No node in the zone of a volume takes RSSD. */
  UD134(Severity.ERROR),
  /** The node that was selected for a claim is gone. */
  UD135(Severity.WARNING),
  /** A volume cannot be made. */
  UD136(Severity.ERROR),

  /** A volume is Released. */
  UD140(Severity.WARNING),
  /** A claim is being deleted for long. */
  UD141(Severity.WARNING),
  /** A volume is being deleted for long. */
  UD142(Severity.WARNING),
  /** A claim has lost its volume. */
  UD143(Severity.ERROR),
  /** The disk of a volume cannot be deleted. */
  UD144(Severity.WARNING),
  /** Two volumes name one disk. */
  UD145(Severity.ERROR),

  /** A volume cannot be mounted. */
  UD150(Severity.ERROR),
  /** An error has stopped a filesystem. */
  UD151(Severity.ERROR),
  /** A node does not have the disk that the cloud says it has. */
  UD152(Severity.ERROR),
  /** A volume is mounted on a node to which it is not attached. */
  UD153(Severity.ERROR),
  /** A volume is mounted from another disk than its own. */
  UD154(Severity.ERROR),
  /** Something holds a disk that is to be detached. */
  UD155(Severity.WARNING),
  /** A disk does not tell its serial. */
  UD156(Severity.WARNING),
  /** The disk of a volume is slow. */
  UD157(Severity.WARNING),
  /** The disk of a volume completes nothing. */
  UD158(Severity.WARNING),
  /** The filesystem of a volume has met errors. */
  UD159(Severity.WARNING),

  /** A disk costs money, and nothing asks for it. */
  UD160(Severity.WARNING),
  /** The disk of a volume is gone. */
  UD161(Severity.ERROR),
  /** Several disks have the same name. */
  UD162(Severity.WARNING),
  /** The cloud calls a disk failed. */
  UD163(Severity.ERROR),
  /** A disk is paid for two weeks or less. */
  UD164(Severity.WARNING),
  /** A disk is unpaid, and will be destroyed. */
  UD165(Severity.ERROR),
  /** The key of a disk cannot be used. */
  UD166(Severity.ERROR),
  /** A snapshot of a clone is left, and no claim waits for the clone. */
  UD167(Severity.WARNING),

  /** Volumes of the FlexVolume driver. */
  UD170(Severity.WARNING),
  /** The closed driver is still there. */
  UD171(Severity.WARNING),
  /** Volumes that name an RDMA cluster. */
  UD172(Severity.WARNING),

  /** Something could not be read. */
  UD190(Severity.WARNING);

  /** How bad it is. */
  public enum Severity {
    WARNING,
    ERROR
  }

  private final Severity severity;

  Code(Severity severity) {
    this.severity = severity;
  }

  public Severity severity() {
    return severity;
  }

  /** Whether it is about no single object: the driver itself, or what could not be read. */
  public boolean isOfDriverOrReading() {
    return this == UD190 || name().startsWith("UD10");
  }
}

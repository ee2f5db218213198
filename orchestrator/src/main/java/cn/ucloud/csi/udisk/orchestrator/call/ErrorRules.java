package cn.ucloud.csi.udisk.orchestrator.call;

import io.grpc.Status.Code;

/** Which gRPC code tells which caller what, as their sources have it. */
public enum ErrorRules {
  /** external-provisioner, {@code checkError}, for a claim without selected node or topology. */
  PROVISIONER,
  /** The same for a claim whose pod the scheduler can place anew. */
  PROVISIONER_WITH_NODE,
  /** external-attacher and kubelet, {@code isFinalError}: a full node may have room later. */
  ATTACHER_AND_KUBELET;

  public Verdict verdict(Code code) {
    return switch (code) {
      case OK -> Verdict.OK;
      case CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE, ABORTED -> Verdict.UNCERTAIN;
      case RESOURCE_EXHAUSTED ->
          switch (this) {
            case PROVISIONER -> Verdict.FINAL;
            case PROVISIONER_WITH_NODE -> Verdict.RESCHEDULE;
            case ATTACHER_AND_KUBELET -> Verdict.UNCERTAIN;
          };
      // INTERNAL and UNKNOWN too: "surely nothing is running".
      default -> Verdict.FINAL;
    };
  }
}

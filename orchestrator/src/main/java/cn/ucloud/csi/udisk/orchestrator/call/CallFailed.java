package cn.ucloud.csi.udisk.orchestrator.call;

/** A call did not succeed in the time it was given, or its caller would not repeat it. */
public final class CallFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Answer last;

  CallFailed(Answer last) {
    super(last.toString(), last.status().asException());
    this.last = last;
  }

  public Answer last() {
    return last;
  }
}

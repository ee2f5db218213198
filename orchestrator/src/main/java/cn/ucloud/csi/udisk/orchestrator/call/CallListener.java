package cn.ucloud.csi.udisk.orchestrator.call;

/**
 * Hears of every call as it happens, on the thread that makes it.
 *
 * <p>Calls about different volumes may be told at the same time.
 */
public interface CallListener {
  CallListener NONE =
      new CallListener() {
        @Override
        public void calling(String rpc, String subject, int attempt) {}

        @Override
        public void answered(Answer answer) {}
      };

  /** A call is about to leave. */
  void calling(String rpc, String subject, int attempt);

  /** It came back, or its time was over. */
  void answered(Answer answer);
}

package cn.ucloud.csi.udisk.common.grpc;

import cn.ucloud.csi.udisk.common.concurrent.Caller;
import java.time.Duration;
import java.util.Optional;

/** The peer of the gRPC call that runs on the current thread. */
public final class GrpcCaller implements Caller {

  @Override
  public Optional<Duration> timeLeft() {
    return CallDeadline.findTimeLeft();
  }

  @Override
  public void whenGone(Runnable action) {
    CallDeadline.whenCallerGone(action);
  }
}

package cn.ucloud.csi.udisk.common.grpc;

import csi.v1.GetPluginInfoRequest;
import csi.v1.GetPluginInfoResponse;
import csi.v1.IdentityGrpc.IdentityImplBase;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** An Identity service that answers GetPluginInfo in the way a test tells it. */
final class ScriptedIdentity extends IdentityImplBase {
  private final Supplier<String> script;

  ScriptedIdentity(Supplier<String> script) {
    this.script = script;
  }

  @Override
  public void getPluginInfo(
      GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> observer) {
    Unary.answer(observer, () -> GetPluginInfoResponse.newBuilder().setName(script.get()).build());
  }
}

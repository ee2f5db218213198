package cn.ucloud.csi.udisk.it;

import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;

/** A process of the driver and the socket on which it is called. */
public record Plugin(DriverProcess process, CsiSocket socket) implements AutoCloseable {

  @Override
  public void close() {
    process.close();
    socket.close();
  }
}

package cn.ucloud.csi.udisk.it.suite;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Carries connections to a server, until it refuses them: the kernel itself then says no. */
final class Relay implements AutoCloseable {
  private final InetSocketAddress target;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private ServerSocket listener;

  Relay(URI target) {
    this.target = new InetSocketAddress(target.getHost(), target.getPort());
    this.listener = listen(0);
    this.port = listener.getLocalPort();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Ends all connections and refuses new ones. */
  synchronized void refuse() {
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void accept() {
    if (listener.isClosed()) {
      listener = listen(port);
    }
  }

  @Override
  public void close() {
    refuse();
  }

  private ServerSocket listen(int wanted) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 50);
      Thread.startVirtualThread(() -> serve(socket));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket near = socket.accept();
        Socket far = new Socket(target.getAddress(), target.getPort());
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        open.add(near);
        open.add(far);
        Thread.startVirtualThread(() -> carry(near, far));
        Thread.startVirtualThread(() -> carry(far, near));
      } catch (IOException e) {
        // Closed, or the other side is gone: the condition of the loop tells.
      }
    }
  }

  private void carry(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      // Either side may end it.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }
}

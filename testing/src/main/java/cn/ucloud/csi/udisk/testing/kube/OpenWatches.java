package cn.ucloud.csi.udisk.testing.kube;

import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The watches that clients of a mock API server have open. */
final class OpenWatches {
  private final Set<WebSocket> open = ConcurrentHashMap.newKeySet();

  /** The same answer; if it opens a watch, that is one of these until it ends. */
  MockResponse noting(MockResponse response) {
    WebSocketListener listener = response.getWebSocketListener();
    return listener == null ? response : response.withWebSocketUpgrade(new Noted(listener));
  }

  void send(String event) {
    open.forEach(watch -> watch.send(event));
  }

  private final class Noted extends WebSocketListener {
    private final WebSocketListener listener;

    private Noted(WebSocketListener listener) {
      this.listener = listener;
    }

    @Override
    public void onBeforeAccept(WebSocket socket, Response response) {
      listener.onBeforeAccept(socket, response);
    }

    @Override
    public void onOpen(WebSocket socket, Response response) {
      open.add(socket);
      listener.onOpen(socket, response);
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      listener.onMessage(socket, text);
    }

    @Override
    public void onMessage(WebSocket socket, byte[] bytes) {
      listener.onMessage(socket, bytes);
    }

    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
      open.remove(socket);
      listener.onClosing(socket, code, reason);
    }

    @Override
    public void onClosed(WebSocket socket, int code, String reason) {
      open.remove(socket);
      listener.onClosed(socket, code, reason);
    }

    @Override
    public void onFailure(WebSocket socket, Throwable cause, @Nullable Response response) {
      open.remove(socket);
      listener.onFailure(socket, cause, response);
    }
  }
}

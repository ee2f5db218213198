package cn.ucloud.csi.udisk.testing.kube;

import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The watches that clients of a mock API server have open. */
final class OpenWatches {
  /** By the socket, what sends on it. */
  private final Map<WebSocket, WebSocket> open = new ConcurrentHashMap<>();

  /** The same answer; if it opens a watch, that is one of these until it ends. */
  MockResponse noting(MockResponse response) {
    WebSocketListener listener = response.getWebSocketListener();
    return listener == null ? response : response.withWebSocketUpgrade(new Noted(listener));
  }

  void send(String event) {
    open.values().forEach(watch -> watch.send(event));
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
      WebSocket queue = new Queue(socket);
      open.put(socket, queue);
      listener.onOpen(queue, response);
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

  /**
   * Sends one after the other without waiting. The mock waits until what it sends has left, and
   * where a watch ends it waits for that on the very thread that sends, so that everybody would
   * wait.
   */
  private static final class Queue implements WebSocket {
    private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();

    private final WebSocket socket;
    private CompletableFuture<?> last = CompletableFuture.completedFuture(true);

    private Queue(WebSocket socket) {
      this.socket = socket;
    }

    @Override
    public RecordedRequest request() {
      return socket.request();
    }

    @Override
    public boolean send(String text) {
      return append(() -> socket.send(text));
    }

    @Override
    public boolean send(byte[] bytes) {
      return append(() -> socket.send(bytes));
    }

    @Override
    public boolean close(int code, String reason) {
      return append(() -> socket.close(code, reason));
    }

    private synchronized boolean append(Runnable next) {
      last = last.thenRunAsync(next, THREADS);
      return true;
    }
  }
}

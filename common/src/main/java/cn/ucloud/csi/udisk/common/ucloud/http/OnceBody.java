package cn.ucloud.csi.udisk.common.ucloud.http;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A request body that is handed out at most once, and not at all when it has been withheld before.
 *
 * <p>The signed parameters are in the body, so a request whose body never left has done nothing.
 * Whether it left is thus known, not guessed from the kind of an exception, and nothing below can
 * send the same action a second time.
 */
public final class OnceBody implements BodyPublisher {
  private enum State {
    HERE,
    HANDED_OUT,
    WITHHELD
  }

  private final BodyPublisher body;
  private final AtomicReference<State> state = new AtomicReference<>(State.HERE);

  public OnceBody(BodyPublisher body) {
    this.body = body;
  }

  /** Keeps the body back for ever; false if it may have left already. */
  public boolean withhold() {
    return state.compareAndSet(State.HERE, State.WITHHELD);
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    if (state.compareAndSet(State.HERE, State.HANDED_OUT)) {
      body.subscribe(subscriber);
    } else {
      subscriber.onSubscribe(new NothingComes());
      subscriber.onError(new IOException("a request is not sent a second time"));
    }
  }

  private static final class NothingComes implements Subscription {
    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
  }
}

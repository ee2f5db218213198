package cn.ucloud.csi.udisk.common.ucloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import org.junit.jupiter.api.Test;

class OnceBodyTest {
  private final OnceBody body = new OnceBody(BodyPublishers.ofString("{}"));

  @Test
  void isHandedOutOnce() {
    assertThat(ask()).isEqualTo("2 bytes, end");
    assertThat(ask()).isEqualTo("a request is not sent a second time");
    assertThat(body.withhold()).isFalse();
  }

  @Test
  void isNotHandedOutWhenItWasWithheld() {
    assertThat(body.withhold()).isTrue();
    assertThat(ask()).isEqualTo("a request is not sent a second time");
  }

  private String ask() {
    StringBuilder heard = new StringBuilder();
    body.subscribe(
        new Subscriber<ByteBuffer>() {
          @Override
          public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
          }

          @Override
          public void onNext(ByteBuffer bytes) {
            heard.append(bytes.remaining()).append(" bytes");
          }

          @Override
          public void onError(Throwable failure) {
            heard.append(failure.getMessage());
          }

          @Override
          public void onComplete() {
            heard.append(", end");
          }
        });
    return heard.toString();
  }
}

package cn.ucloud.csi.udisk.common.ucloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import cn.ucloud.csi.udisk.common.trace.CurrentSpan;
import cn.ucloud.csi.udisk.common.trace.Span;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NoAnswer;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NotSent;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.http.CaBundle;
import cn.ucloud.csi.udisk.common.ucloud.http.FaultWords;
import cn.ucloud.csi.udisk.common.ucloud.http.OnceBody;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one signed request, exactly once, and reads the envelope of its answer. */
final class ApiTransport {
  private static final Logger LOG = LoggerFactory.getLogger(ApiTransport.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REQUEST_ID = "X-UCLOUD-REQUEST-UUID";
  private static final List<String> SECRETS = List.of("PublicKey", "SecurityToken", "Signature");

  /** A page of disks is some hundred thousand bytes; who sends more than this is not the API. */
  private static final long LONGEST_ANSWER = 16 << 20;

  private final UCloudConfig config;
  private final CallObserver observer;
  private final URI target;
  private final Executor workers = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient reads;

  ApiTransport(UCloudConfig config, CallObserver observer) {
    this.config = config;
    this.observer = observer;
    URI endpoint = config.endpoint();
    // A proxy is sent all of it, and not each takes one that ends with the host.
    this.target = "".equals(endpoint.getPath()) ? endpoint.resolve("/") : endpoint;
    this.reads = newHttpClient();
  }

  /** The body of an answer whose RetCode is 0. */
  record Answer(ApiObject body, String requestId) {}

  /**
   * Sends once; never again, whatever happens.
   *
   * @throws ApiRefused if the RetCode is not 0
   * @throws NoAnswer if no answer came or it cannot be read
   * @throws NotSent if the request certainly never left
   */
  Answer send(String action, Map<String, Object> parameters, boolean isRead) {
    Span span = CurrentSpan.get().beginRequest(action);
    long start = System.nanoTime();
    String outcome = "no-answer";
    String requestId = "without id";
    try {
      HttpResponse<byte[]> response = exchange(action, parameters, isRead);
      requestId = requestId(response);
      Answer answer = read(action, parameters, response);
      outcome = "0";
      return answer;
    } catch (ApiRefused e) {
      outcome = Integer.toString(e.retCode());
      throw e;
    } catch (NotSent e) {
      outcome = "not-sent";
      throw e;
    } finally {
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      observer.called(action, outcome, took);
      LOG.debug("{} {} in {} ms, request {}", action, outcome, took.toMillis(), requestId);
      end(span, action, outcome, requestId);
    }
  }

  private static void end(Span span, String action, String outcome, String requestId) {
    span.set("ucloud.action", action);
    span.set("ucloud.ret_code", outcome);
    span.set("ucloud.request_id", requestId);
    if (!outcome.equals("0")) {
      span.failed(outcome);
    }
    span.end();
  }

  private HttpResponse<byte[]> exchange(
      String action, Map<String, Object> parameters, boolean isRead) {
    if (isRead) {
      return exchange(action, parameters, reads);
    }
    // A mutation travels on a connection of its own: a kept one that the gateway has just closed
    // would turn it into a lost answer.
    HttpClient once = newHttpClient();
    try {
      return exchange(action, parameters, once);
    } finally {
      // Not close(), which would wait for an exchange that has been given up.
      once.shutdownNow();
    }
  }

  private HttpResponse<byte[]> exchange(
      String action, Map<String, Object> parameters, HttpClient http) {
    OnceBody body = body(parameters);
    HttpRequest request =
        HttpRequest.newBuilder(target)
            .header("Content-Type", "application/json")
            .POST(body)
            .build();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER));
    try {
      // The time-out of an HttpRequest ends with the headers; this one covers the body as well.
      return exchange.get(config.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failure(action, body, way() + ": " + FaultWords.of(e), e.getCause());
    } catch (TimeoutException e) {
      String limit = config.requestTimeout().toMillis() + " ms";
      throw failure(action, body, way() + ": no whole answer within " + limit, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(action, body, "interrupted while waiting", e);
    } finally {
      exchange.cancel(true);
    }
  }

  private static UCloudException failure(
      String action, OnceBody body, String what, @Nullable Throwable cause) {
    return body.withhold() ? new NotSent(action, what, cause) : new NoAnswer(action, what, cause);
  }

  /** Where the request goes; a fault on the way may be a proxy's. */
  private String way() {
    return config
        .proxies()
        .find(config.endpoint())
        .map(proxy -> config.endpoint() + " through the proxy " + proxy)
        .orElseGet(() -> config.endpoint().toString());
  }

  private static OnceBody body(Map<String, Object> parameters) {
    try {
      return new OnceBody(BodyPublishers.ofString(JSON.writeValueAsString(parameters), UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings and numbers always make JSON", e);
    }
  }

  private static Answer read(
      String action, Map<String, Object> parameters, HttpResponse<byte[]> response) {
    String requestId = requestId(response);
    if (response.statusCode() != 200) {
      throw new NoAnswer(action, "HTTP status " + response.statusCode(), requestId, null);
    }
    ApiObject body;
    int retCode;
    try {
      JsonNode json = JSON.readTree(response.body());
      body = new ApiObject(json);
      retCode = body.integer("RetCode").orElseThrow(() -> new NoAnswer(action, "no RetCode", null));
    } catch (IOException | ApiObject.UnreadableAnswer | NoAnswer e) {
      throw new NoAnswer(action, "an answer that is not the API's", requestId, e);
    }
    if (retCode != 0) {
      String message = body.text("Message").orElse("no message");
      throw new ApiRefused(action, retCode, withoutSecrets(message, parameters), requestId);
    }
    return new Answer(body, requestId);
  }

  private static String requestId(HttpResponse<?> response) {
    return response.headers().firstValue(REQUEST_ID).orElse("without id");
  }

  /** What the cloud says may quote what it was sent. */
  private static String withoutSecrets(String text, Map<String, Object> parameters) {
    String clean = text;
    for (String name : SECRETS) {
      Object secret = parameters.get(name);
      clean = secret == null ? clean : clean.replace(secret.toString(), "***");
    }
    return clean;
  }

  private HttpClient newHttpClient() {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(config.connectTimeout())
            .proxy(config.proxies().selector())
            .executor(workers);
    config.caBundle().map(CaBundle::context).ifPresent(builder::sslContext);
    return builder.build();
  }
}

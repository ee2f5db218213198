package cn.ucloud.csi.udisk.common.ucloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NoAnswer;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NotSent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one signed request, exactly once, and reads the envelope of its answer. */
final class ApiTransport {
  private static final Logger LOG = LoggerFactory.getLogger(ApiTransport.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REQUEST_ID = "X-UCLOUD-REQUEST-UUID";

  private final UCloudConfig config;
  private final CallObserver observer;
  private final HttpClient reads;

  ApiTransport(UCloudConfig config, CallObserver observer) {
    this.config = config;
    this.observer = observer;
    this.reads = newHttpClient();
  }

  /** The body of an answer whose RetCode is 0. */
  record Answer(ApiObject body, String requestId) {}

  /**
   * Sends once; never again, whatever happens.
   *
   * @throws ApiRefused if the RetCode is not 0
   * @throws NoAnswer if no answer came or it cannot be read
   * @throws NotSent if no connection came about
   */
  Answer send(String action, Map<String, Object> parameters, boolean isRead) {
    long start = System.nanoTime();
    String outcome = "no-answer";
    try {
      Answer answer = read(action, exchange(action, parameters, isRead));
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
      LOG.debug("{} {} in {} ms", action, outcome, took.toMillis());
    }
  }

  private HttpResponse<byte[]> exchange(
      String action, Map<String, Object> parameters, boolean isRead) {
    HttpRequest request = request(parameters);
    try {
      if (isRead) {
        return reads.send(request, BodyHandlers.ofByteArray());
      }
      // A mutation travels on a connection of its own: a kept one that the gateway has just closed
      // would turn it into a lost answer.
      try (HttpClient once = newHttpClient()) {
        return once.send(request, BodyHandlers.ofByteArray());
      }
    } catch (ConnectException | HttpConnectTimeoutException | UnresolvedAddressException e) {
      throw new NotSent(action, "no connection to " + config.endpoint() + " (" + e + ")", e);
    } catch (IOException e) {
      throw new NoAnswer(action, config.endpoint() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoAnswer(action, "interrupted while waiting", e);
    }
  }

  private HttpRequest request(Map<String, Object> parameters) {
    try {
      return HttpRequest.newBuilder(config.endpoint())
          .timeout(config.requestTimeout())
          .header("Content-Type", "application/json")
          .POST(BodyPublishers.ofString(JSON.writeValueAsString(parameters), UTF_8))
          .build();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings and numbers always make JSON", e);
    }
  }

  private static Answer read(String action, HttpResponse<byte[]> response) {
    String requestId = response.headers().firstValue(REQUEST_ID).orElse("without id");
    if (response.statusCode() >= 400) {
      throw new NoAnswer(
          action, "HTTP status " + response.statusCode() + ", request " + requestId, null);
    }
    ApiObject body;
    int retCode;
    try {
      JsonNode json = JSON.readTree(response.body());
      body = new ApiObject(json);
      retCode = body.integer("RetCode").orElseThrow(() -> new NoAnswer(action, "no RetCode", null));
    } catch (IOException | ApiObject.UnreadableAnswer | NoAnswer e) {
      throw new NoAnswer(action, "an answer that is not the API's, request " + requestId, e);
    }
    if (retCode != 0) {
      throw new ApiRefused(action, retCode, body.text("Message").orElse("no message"), requestId);
    }
    return new Answer(body, requestId);
  }

  private HttpClient newHttpClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(config.connectTimeout())
        .build();
  }
}

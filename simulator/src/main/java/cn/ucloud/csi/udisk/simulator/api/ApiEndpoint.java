package cn.ucloud.csi.udisk.simulator.api;

import cn.ucloud.csi.udisk.simulator.api.action.ApiRequest;
import cn.ucloud.csi.udisk.simulator.fault.Call;
import cn.ucloud.csi.udisk.simulator.fault.CallLog;
import cn.ucloud.csi.udisk.simulator.fault.Effect;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import cn.ucloud.csi.udisk.simulator.fault.Faults;
import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.region.Region;
import cn.ucloud.csi.udisk.simulator.store.Json;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API over HTTP, with the trouble that was ordered for a call.
 *
 * <p>Refusals come with HTTP 200. Trouble comes before the check of the signature, so that it
 * strikes any call.
 */
public final class ApiEndpoint implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ApiEndpoint.class);

  private final UCloudApi api;
  private final Region region;
  private final Faults faults;
  private final CallLog calls;

  public ApiEndpoint(UCloudApi api, Region region, Faults faults, CallLog calls) {
    this.api = api;
    this.region = region;
    this.faults = faults;
    this.calls = calls;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      ApiRequest request;
      try {
        request = RequestReader.read(exchange.getRequestURI().getRawQuery(), body);
      } catch (ApiRefusal e) {
        answer(exchange, UUID.randomUUID().toString(), envelope("", e));
        return;
      }
      handle(exchange, request);
    }
  }

  private void handle(HttpExchange exchange, ApiRequest request) throws IOException {
    String action = request.find("Action").orElse("");
    Call call = calls.begin(action, request.parameters());
    Optional<Fault> fault =
        faults
            .take(action, request.parameters())
            .filter(taken -> taken.effect() != Effect.ACCEPT_LATE || !UCloudApi.isRead(action));
    try {
      String outcome = handle(exchange, request, call, fault.orElse(null));
      calls.end(call, outcome);
    } catch (IOException e) {
      calls.end(call, Call.ANSWER_LOST); // The client went away.
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      calls.end(call, Call.REQUEST_LOST);
    }
  }

  /** Returns what the client learnt. Leaving without an answer closes the connection. */
  private String handle(HttpExchange exchange, ApiRequest request, Call call, @Nullable Fault fault)
      throws IOException, InterruptedException {
    Effect effect = fault == null ? null : fault.effect();
    if (fault != null) {
      switch (fault.effect()) {
        case LOSE_REQUEST -> {
          return Call.REQUEST_LOST;
        }
        case LATE -> {
          answerLater(fault, request, call);
          return Call.ANSWER_LOST;
        }
        case ACCEPT_LATE -> {
          answerLater(fault, request, call);
          answer(exchange, call.requestUuid(), Map.of("Action", call.action(), "RetCode", 0));
          return "0";
        }
        case STALE -> {
          Duration age = Duration.ofMillis(fault.millis());
          Map<String, Object> answer =
              region.exclusively(
                  () -> region.disks().asOf(age, () -> answer(request, call.action())));
          answer(exchange, call.requestUuid(), answer);
          return String.valueOf(answer.get("RetCode"));
        }
        case HTTP_STATUS -> {
          applyIfSo(fault, request, call);
          exchange.sendResponseHeaders(fault.status(), -1);
          return "HTTP " + fault.status();
        }
        case GARBAGE -> {
          applyIfSo(fault, request, call);
          byte[] page = "<html>Bad Gateway</html>".getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          return "garbage";
        }
        case RET_CODE -> {
          applyIfSo(fault, request, call);
          ApiRefusal refusal = new ApiRefusal(fault.retCode(), "ordered by a fault");
          answer(exchange, call.requestUuid(), envelope(call.action(), refusal));
          return Integer.toString(fault.retCode());
        }
        case DELAY -> Thread.sleep(fault.millis());
        case HOLD -> faults.hold();
        case LOSE_ANSWER, HOLD_ANSWER -> {}
      }
    }
    Map<String, Object> answer = answer(request, call.action());
    if (effect == Effect.LOSE_ANSWER) {
      return Call.ANSWER_LOST;
    }
    if (effect == Effect.HOLD_ANSWER) {
      faults.hold();
    }
    answer(exchange, call.requestUuid(), answer);
    return String.valueOf(answer.get("RetCode"));
  }

  private void answerLater(Fault fault, ApiRequest request, Call call) {
    region.later(
        Duration.ofMillis(fault.millis()),
        () -> {
          var _ = answer(request, call.action());
        });
  }

  private void applyIfSo(Fault fault, ApiRequest request, Call call) {
    if (fault.applied()) {
      var _ = answer(request, call.action());
    }
  }

  private Map<String, Object> answer(ApiRequest request, String action) {
    try {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("Action", action + "Response");
      answer.put("RetCode", 0);
      answer.putAll(faults.oddRecords().in(api.answer(request)));
      return answer;
    } catch (ApiRefusal e) {
      return envelope(action, e);
    } catch (RuntimeException e) {
      LOG.error("{} failed", action, e);
      return envelope(action, new ApiRefusal(130, "internal error of the simulator"));
    }
  }

  private static Map<String, Object> envelope(String action, ApiRefusal refusal) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("Action", action + "Response");
    answer.put("RetCode", refusal.retCode());
    answer.put("Message", String.valueOf(refusal.getMessage()));
    return answer;
  }

  private static void answer(HttpExchange exchange, String requestUuid, Map<String, Object> answer)
      throws IOException {
    byte[] bytes = Json.MAPPER.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("X-UCLOUD-REQUEST-UUID", requestUuid);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}

package cn.ucloud.csi.udisk.simulator.admin;

import cn.ucloud.csi.udisk.simulator.config.ConfigReader;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Keys;
import cn.ucloud.csi.udisk.simulator.fault.CallLog;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import cn.ucloud.csi.udisk.simulator.fault.Faults;
import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import cn.ucloud.csi.udisk.simulator.region.Region;
import cn.ucloud.csi.udisk.simulator.store.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.NoSuchElementException;

/** {@link Console}, {@link Faults} and {@link StateView} over HTTP, below {@code /admin/}. */
public final class AdminEndpoint implements HttpHandler {
  private static final Map<String, Object> DONE = Map.of();

  private final Region region;
  private final Console console;
  private final Faults faults;
  private final CallLog calls;

  public AdminEndpoint(Region region, Console console, Faults faults, CallLog calls) {
    this.region = region;
    this.console = console;
    this.faults = faults;
    this.calls = calls;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String call =
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI().getPath().substring("/admin/".length());
      try {
        JsonNode json =
            body.length == 0 ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(body);
        answer(exchange, 200, answer(call, json));
      } catch (NoSuchElementException e) {
        answer(exchange, 404, Map.of("error", String.valueOf(e.getMessage())));
      } catch (JsonProcessingException | IllegalArgumentException | ApiRefusal e) {
        answer(exchange, 400, Map.of("error", String.valueOf(e.getMessage())));
      }
    }
  }

  private Object answer(String call, JsonNode body) throws JsonProcessingException {
    if (call.startsWith("GET disks/")) {
      return console.disk(call.substring("GET disks/".length()));
    }
    if (call.startsWith("GET labels/")) {
      return console.labels(call.substring("GET labels/".length()));
    }
    if (call.startsWith("POST console/")) {
      useConsole(call.substring("POST console/".length()), body);
      return DONE;
    }
    return switch (call) {
      case "GET state" -> StateView.of(region);
      case "GET calls" -> calls.all();
      case "GET faults" -> Map.of("faults", faults.remaining(), "held", faults.held());
      case "POST faults" -> {
        faults.add(Json.MAPPER.treeToValue(body, Fault.class));
        yield DONE;
      }
      case "DELETE faults" -> {
        faults.clear();
        yield DONE;
      }
      case "POST release" -> {
        faults.release();
        yield DONE;
      }
      default -> throw new NoSuchElementException("no such call: " + call);
    };
  }

  private void useConsole(String what, JsonNode body) {
    switch (what) {
      case "freeze" -> console.freeze(text(body, "diskId"));
      case "thaw" -> console.thaw(text(body, "diskId"));
      case "move-disk" -> console.moveDisk(text(body, "diskId"), text(body, "rdmaClusterId"));
      case "move-host" -> console.moveHost(text(body, "hostId"), text(body, "rdmaClusterId"));
      case "detach" -> console.detach(text(body, "diskId"));
      case "pay" -> console.pay(text(body, "diskId"), moment(body, "until"));
      case "lock" -> console.lock(text(body, "diskId"), body.path("locked").asBoolean(true));
      case "label" ->
          console.label(text(body, "resourceId"), text(body, "key"), text(body, "value"));
      case "power-off" -> console.powerOff(text(body, "hostId"));
      case "power-on" -> console.powerOn(text(body, "hostId"));
      case "clear" -> console.clear();
      case "remove" -> console.remove(text(body, "hostId"));
      case "add-host" -> console.addHost(ConfigReader.readHost(body));
      case "letter" -> console.letter(text(body, "hostId"), text(body, "kernelName"));
      case "sold-out" ->
          console.soldOut(text(body, "zone"), diskType(body), body.path("soldOut").asBoolean(true));
      case "quota" -> console.quota(number(body, "disks").intValue());
      case "balance" -> console.balance(body.path("empty").asBoolean(true));
      case "keys" -> console.keys(new Keys(text(body, "publicKey"), text(body, "privateKey")));
      case "rate" ->
          console.rate(
              body.path("perSecond").isNumber() ? body.path("perSecond").asDouble() : null);
      default -> throw new NoSuchElementException("the console has no " + what);
    }
  }

  private static DiskType diskType(JsonNode body) {
    return DiskType.findByDataDiskName(text(body, "type"))
        .orElseThrow(() -> new IllegalArgumentException("type is not a DiskType"));
  }

  private static String text(JsonNode body, String name) {
    if (!body.path(name).isTextual()) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return body.path(name).asText();
  }

  private static Instant moment(JsonNode body, String name) {
    try {
      return Instant.parse(text(body, name));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(name + " is no time such as 2026-01-31T00:00:00Z", e);
    }
  }

  private static Number number(JsonNode body, String name) {
    if (!body.path(name).isNumber()) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return body.path(name).numberValue();
  }

  private static void answer(HttpExchange exchange, int status, Object answer) throws IOException {
    byte[] bytes = Json.MAPPER.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}

package cn.ucloud.csi.udisk.simulator;

import cn.ucloud.csi.udisk.simulator.keys.Signature;
import cn.ucloud.csi.udisk.simulator.store.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Calls a simulator as a client of the UCloud API, and its other surfaces as a plain one. */
final class TestClient {
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI endpoint;
  private Map<String, String> identity = Map.of("PublicKey", "simulator-public-key");
  private String privateKey = "simulator-private-key";

  TestClient(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** Signs with temporary keys from now on. */
  void use(String publicKey, String newPrivateKey, String token) {
    identity = Map.of("PublicKey", publicKey, "SecurityToken", token);
    privateKey = newPrivateKey;
  }

  /** Sends Region cn-bj2 and the given names and values as signed JSON. */
  JsonNode call(String action, String... parameters) {
    return post(signed(action, parameters));
  }

  Map<String, String> signed(String action, String... parameters) {
    Map<String, String> all = new TreeMap<>(identity);
    all.put("Action", action);
    all.put("Region", "cn-bj2");
    for (int i = 0; i < parameters.length; i += 2) {
      all.put(parameters[i], parameters[i + 1]);
    }
    all.put("Signature", Signature.of(all, privateKey));
    return all;
  }

  JsonNode post(Map<String, ?> parameters) {
    return json(
        send(
            HttpRequest.newBuilder(endpoint),
            "POST",
            Json.MAPPER.valueToTree(parameters).toString()));
  }

  JsonNode postForm(Map<String, String> parameters) {
    return json(send(HttpRequest.newBuilder(endpoint), "POST", form(parameters)));
  }

  JsonNode getQuery(Map<String, String> parameters) {
    return json(
        send(HttpRequest.newBuilder(URI.create(endpoint + "/?" + form(parameters))), "GET", ""));
  }

  HttpResponse<String> get(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request, "GET", "");
  }

  HttpResponse<String> send(String method, String path, Map<String, ?> body) {
    return send(
        HttpRequest.newBuilder(endpoint.resolve(path)),
        method,
        Json.MAPPER.valueToTree(body).toString());
  }

  /** Creates an SSD disk of 10 GB in cn-bj2-02 and tells its id. */
  String create(String name, String... more) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("Zone", "cn-bj2-02");
    parameters.put("Size", "10");
    parameters.put("DiskType", "SSDDataDisk");
    parameters.put("Name", name);
    for (int i = 0; i < more.length; i += 2) {
      parameters.put(more[i], more[i + 1]);
    }
    JsonNode answer =
        call(
            "CreateUDisk",
            parameters.entrySet().stream()
                .flatMap(e -> Stream.of(e.getKey(), e.getValue()))
                .toArray(String[]::new));
    if (answer.path("RetCode").asInt() != 0) {
      throw new IllegalStateException(answer.toString());
    }
    return answer.at("/UDiskId/0").asText();
  }

  JsonNode describe(String diskId) {
    return call("DescribeUDisk", "UDiskId", diskId).at("/DataSet/0");
  }

  String status(String diskId) {
    return describe(diskId).path("Status").asText("absent");
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String method, String body) {
    try {
      return http.send(
          request.method(method, BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new NoAnswer(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String form(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static JsonNode json(HttpResponse<String> response) {
    try {
      return Json.MAPPER.readTree(response.body());
    } catch (IOException e) {
      throw new IllegalStateException(response.body(), e);
    }
  }

  /** The connection ended before an answer. */
  static final class NoAnswer extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoAnswer(IOException cause) {
      super(cause);
    }
  }
}

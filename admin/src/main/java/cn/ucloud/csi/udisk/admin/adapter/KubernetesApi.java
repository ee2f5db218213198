package cn.ucloud.csi.udisk.admin.adapter;

import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.port.ObjectApi;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A real API server, read part by part: of a thousand nodes with all their images only what is used
 * is ever an object. A part is read whole before it is taken apart, for a stream of the HTTP client
 * gives its bytes one by one.
 */
public final class KubernetesApi implements ObjectApi {
  private static final int PAGE = 250;

  /** One is as large as ten of others. */
  private static final int NODES_ON_PAGE = 50;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MOST_SAID = 2000;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** The largest parts of objects, which nobody here uses. */
  private static final Set<String> UNUSED =
      Set.of("managedFields", "images", "env", "envFrom", "volumeMounts", "runtimeHandlers");

  private final KubernetesClient client;
  private final InstantSource clock;
  private final JsonFactory json = new ObjectMapper().getFactory();
  private Duration ahead = Duration.ZERO;

  public KubernetesApi(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  @Override
  public void forEach(String path, Consumer<JsonNode> consumer) throws Unreadable {
    String query =
        path
            + (path.contains("?") ? "&" : "?")
            + "limit="
            + (path.startsWith("/api/v1/nodes") ? NODES_ON_PAGE : PAGE);
    String next = "";
    do {
      try (InputStream body = get(next.isEmpty() ? query : query + "&continue=" + next, path)) {
        next = URLEncoder.encode(readList(body, consumer), StandardCharsets.UTF_8);
      } catch (NotThere e) {
        if (next.isEmpty() && !isBuiltIn(path)) { // a kind that nobody installed: none of them
          return;
        }
        throw odd(path, "it is said not to be there (HTTP 404): " + e.said());
      } catch (JsonEOFException e) {
        throw new Unreadable(
            name(path), Gap.Kind.CLUSTER_UNREACHABLE, path + ": the answer ends too early");
      } catch (JsonProcessingException e) {
        throw odd(path, "the answer is no list: " + e.getOriginalMessage());
      } catch (IOException e) {
        throw new Unreadable(name(path), Gap.Kind.CLUSTER_UNREACHABLE, String.valueOf(e));
      }
    } while (!next.isEmpty());
  }

  @Override
  public Optional<JsonNode> find(String path) throws Unreadable {
    try (InputStream body = get(path, path);
        JsonParser parser = json.createParser(body)) {
      JsonNode object = parser.nextToken() == null ? null : tree(parser);
      if (object == null || !object.isObject() || object.path("kind").asText().equals("Status")) {
        throw odd(path, "the answer is no object");
      }
      return Optional.of(object);
    } catch (NotThere e) {
      if (isBuiltIn(path) && !e.isOfApiServer()) {
        throw odd(path, "it is said not to be there (HTTP 404): " + e.said());
      }
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw odd(path, "the answer is no object: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new Unreadable(name(path), Gap.Kind.CLUSTER_UNREACHABLE, String.valueOf(e));
    }
  }

  @Override
  public Duration clockAhead() {
    return ahead;
  }

  /** The value that the parser is at, without what nobody uses; that is not even decoded. */
  private static JsonNode tree(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        ObjectNode object = NODES.objectNode();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
          parser.nextToken();
          if (UNUSED.contains(field)) {
            parser.skipChildren();
          } else {
            object.set(field, tree(parser));
          }
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(tree(parser));
        }
        yield array;
      }
      case VALUE_STRING -> NODES.textNode(parser.getText());
      default -> parser.readValueAsTree();
    };
  }

  /** Kinds that every API server has; where one is not, it is no API server. */
  private static boolean isBuiltIn(String path) {
    return path.startsWith("/api/v1/")
        || path.startsWith("/apis/apps/")
        || path.startsWith("/apis/coordination.k8s.io/")
        || path.startsWith("/apis/storage.k8s.io/");
  }

  private static Unreadable odd(String path, String why) {
    return new Unreadable(name(path), Gap.Kind.ODD, "%s: %s".formatted(path, why));
  }

  /**
   * Gives the items away one by one; returns where the next part begins.
   *
   * @throws JsonProcessingException if it is no list, or not all of one
   */
  private String readList(InputStream body, Consumer<JsonNode> consumer) throws IOException {
    String next = "";
    boolean hasItems = false;
    try (JsonParser parser = json.createParser(body)) {
      parser.nextToken();
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        if (field.equals("items") && value == JsonToken.START_ARRAY) {
          hasItems = true;
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            consumer.accept(tree(parser));
          }
          require(parser.currentToken() == JsonToken.END_ARRAY, parser, "an item is no object");
        } else {
          hasItems |= field.equals("items");
          JsonNode other = tree(parser);
          next = field.equals("metadata") ? other.path("continue").asText("") : next;
        }
      }
      require(parser.currentToken() == JsonToken.END_OBJECT, parser, "it ends too early");
      require(hasItems, parser, "it has no items");
    }
    return next;
  }

  private static void require(boolean isSo, JsonParser parser, String otherwise)
      throws IOException {
    if (!isSo) {
      throw new JsonParseException(parser, otherwise);
    }
  }

  private InputStream get(String pathAndQuery, String path) throws Unreadable, IOException {
    HttpResponse<byte[]> answer = send(pathAndQuery, path);
    note(answer.header("Date"));
    if (answer.code() == 200) {
      return new ByteArrayInputStream(answer.body());
    }
    if (answer.code() == 404) {
      byte[] body = answer.body();
      throw new NotThere(
          new String(body, 0, Math.min(body.length, MOST_SAID), StandardCharsets.UTF_8));
    }
    throw switch (answer.code()) {
      case 401 ->
          new Unreadable(
              name(path),
              Gap.Kind.NOT_PERMITTED,
              "the API server does not know this program's account: %s gives HTTP 401"
                  .formatted(path));
      case 403 ->
          new Unreadable(
              name(path),
              Gap.Kind.NOT_PERMITTED,
              "the right to read is missing: %s gives HTTP 403".formatted(path));
      case 410 ->
          new Unreadable(
              name(path),
              Gap.Kind.NOT_ASKED,
              "reading %s took longer than the API server remembers (HTTP 410); ask again"
                  .formatted(path));
      default ->
          new Unreadable(
              name(path),
              Gap.Kind.CLUSTER_UNREACHABLE,
              "reading %s gives HTTP %d".formatted(path, answer.code()));
    };
  }

  private HttpResponse<byte[]> send(String pathAndQuery, String path) throws Unreadable {
    String base = client.getMasterUrl().toString().replaceAll("/$", "");
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(base + pathAndQuery)
            .header("Accept", "application/json")
            .build();
    try {
      return client
          .getHttpClient()
          .sendAsync(request, byte[].class)
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new Unreadable(
          name(path),
          Gap.Kind.CLUSTER_UNREACHABLE,
          "the API server does not answer: " + e.getCause());
    } catch (TimeoutException _) {
      throw new Unreadable(
          name(path),
          Gap.Kind.CLUSTER_UNREACHABLE,
          "the API server does not answer within " + LIMIT.toSeconds() + " s");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Unreadable(name(path), Gap.Kind.NOT_ASKED, "interrupted");
    }
  }

  private void note(@Nullable String date) {
    if (date == null) {
      return;
    }
    try {
      ahead =
          Duration.between(
              ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant(),
              clock.instant());
    } catch (DateTimeException _) { // an odd header tells nothing
      return;
    }
  }

  /** The last word of the path that is no name, such as "nodes". */
  private static String name(String path) {
    String bare = path.replaceAll("\\?.*", "");
    return bare.substring(bare.lastIndexOf('/') + 1);
  }

  /** There is no such object, or no such kind of objects. */
  private static final class NotThere extends IOException {
    private static final long serialVersionUID = 1;

    NotThere(String said) {
      super(said);
    }

    /** The first words of the answer. */
    String said() {
      return String.valueOf(getMessage()).lines().findFirst().orElse("");
    }

    /** Others also say that there is nothing: a proxy, or a server at a wrong address. */
    boolean isOfApiServer() {
      return String.valueOf(getMessage()).contains("\"Status\"");
    }
  }
}

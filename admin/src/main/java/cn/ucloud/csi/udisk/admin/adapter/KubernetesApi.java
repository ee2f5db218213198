package cn.ucloud.csi.udisk.admin.adapter;

import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.port.ObjectApi;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
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
 * A real API server, read as a stream: of a thousand nodes with all their images only what is used
 * is ever an object.
 */
public final class KubernetesApi implements ObjectApi {
  private static final int PAGE = 250;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** The largest parts of objects, which nobody here uses. */
  private static final Set<String> UNUSED =
      Set.of("managedFields", "images", "env", "envFrom", "volumeMounts", "runtimeHandlers");

  private static final TokenFilter FILTER =
      new TokenFilter() {
        @Override
        public @Nullable TokenFilter includeProperty(String name) {
          return UNUSED.contains(name) ? null : this;
        }

        @Override
        protected boolean _includeScalar() {
          return true;
        }
      };

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
    String query = path + (path.contains("?") ? "&" : "?") + "limit=" + PAGE;
    String next = "";
    do {
      try (InputStream body = get(next.isEmpty() ? query : query + "&continue=" + next, path)) {
        next = URLEncoder.encode(readList(body, consumer), StandardCharsets.UTF_8);
      } catch (NotThere _) { // no such kind of objects here, and so none of them
        return;
      } catch (IOException e) {
        throw new Unreadable(name(path), Gap.Kind.CLUSTER_UNREACHABLE, String.valueOf(e));
      }
    } while (!next.isEmpty());
  }

  @Override
  public Optional<JsonNode> find(String path) throws Unreadable {
    try (InputStream body = get(path, path);
        JsonParser parser = parser(body)) {
      return Optional.ofNullable(parser.readValueAsTree());
    } catch (NotThere e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new Unreadable(name(path), Gap.Kind.CLUSTER_UNREACHABLE, String.valueOf(e));
    }
  }

  @Override
  public Duration clockAhead() {
    return ahead;
  }

  private JsonParser parser(InputStream body) throws IOException {
    return new FilteringParserDelegate(
        json.createParser(body), FILTER, TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH, true);
  }

  /** Gives the items away one by one; returns where the next part begins. */
  private String readList(InputStream body, Consumer<JsonNode> consumer) throws IOException {
    String next = "";
    try (JsonParser parser = parser(body)) {
      parser.nextToken();
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        if (field.equals("items") && value == JsonToken.START_ARRAY) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            consumer.accept(parser.readValueAsTree());
          }
        } else {
          JsonNode other = parser.readValueAsTree();
          next = field.equals("metadata") ? other.path("continue").asText("") : next;
        }
      }
    }
    return next;
  }

  private InputStream get(String pathAndQuery, String path) throws Unreadable, IOException {
    HttpResponse<InputStream> answer = send(pathAndQuery, path);
    note(answer.header("Date"));
    if (answer.code() == 200) {
      return answer.body();
    }
    answer.body().close();
    if (answer.code() == 404) {
      throw new NotThere(path);
    }
    boolean isForbidden = answer.code() == 401 || answer.code() == 403;
    throw new Unreadable(
        name(path),
        isForbidden ? Gap.Kind.NOT_PERMITTED : Gap.Kind.CLUSTER_UNREACHABLE,
        "%s %s gives HTTP %d"
            .formatted(
                isForbidden ? "the right to read is missing:" : "reading", path, answer.code()));
  }

  private HttpResponse<InputStream> send(String pathAndQuery, String path) throws Unreadable {
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
          .sendAsync(request, InputStream.class)
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

    NotThere(String path) {
      super("there is no " + path);
    }
  }
}

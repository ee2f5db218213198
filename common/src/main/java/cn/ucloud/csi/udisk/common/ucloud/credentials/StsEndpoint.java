package cn.ucloud.csi.udisk.common.ucloud.credentials;

import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject.UnreadableAnswer;
import cn.ucloud.csi.udisk.common.ucloud.http.FaultWords;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Where a host gets temporary keys: its metadata server, by either of two protocols. */
public final class StsEndpoint {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FIRST = "/meta-data/v1/uam/security-credentials/";
  private static final String SECOND = "/meta-data/v2/iam/security-credentials/";

  /** The roles that UK8S gives its nodes; the second one is of newer clusters. */
  private static final String FIRST_ROLE = "Uk8sServiceCharacter";

  private static final String SECOND_ROLE = "ServiceRoleForUK8S";
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(LIMIT)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();
  private final URI metadata;
  private final InstantSource clock;

  /**
   * @param metadata such as {@code http://100.80.80.80}
   */
  public StsEndpoint(URI metadata, InstantSource clock) {
    this.metadata = metadata;
    this.clock = clock;
  }

  /**
   * New keys.
   *
   * @throws BadCredentials if neither protocol gives any
   */
  TemporaryCredentials fetch() {
    try {
      return first(get(FIRST + FIRST_ROLE));
    } catch (IOException | UnreadableAnswer | DateTimeException e) {
      String why = why(e);
      try {
        return second(get(SECOND + SECOND_ROLE));
      } catch (IOException | UnreadableAnswer | DateTimeException f) {
        throw new BadCredentials(
            "the metadata server %s gives no temporary keys: %s; and %s"
                .formatted(metadata, why, why(f)));
      }
    }
  }

  private TemporaryCredentials first(ApiObject keys) {
    long expiration =
        keys.number("Expiration").orElseThrow(() -> new UnreadableAnswer("has no Expiration"));
    return keys(
        keys, keys.requireText("PublicKey"), "PrivateKey", Instant.ofEpochSecond(expiration));
  }

  private TemporaryCredentials second(ApiObject keys) {
    return keys(
        keys,
        keys.requireText("AccessKeyId"),
        "AccessKeySecret",
        Instant.parse(keys.requireText("Expiration")));
  }

  private TemporaryCredentials keys(
      ApiObject answer, String publicKey, String privateKey, Instant expiration) {
    return new TemporaryCredentials(
        new Credentials(
            publicKey,
            Secret.of(answer.requireText(privateKey)),
            Optional.of(Secret.of(answer.requireText("SecurityToken")))),
        clock.instant(),
        expiration);
  }

  private ApiObject get(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(metadata + path)).timeout(LIMIT).GET().build();
    try {
      HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IOException(path + " answered HTTP status " + response.statusCode());
      }
      ApiObject answer = new ApiObject(JSON.readTree(response.body()));
      int retCode =
          answer.integer("RetCode").orElseThrow(() -> new UnreadableAnswer("has no RetCode"));
      if (retCode != 0) {
        throw new IOException(path + " answered RetCode " + retCode);
      }
      return new ApiObject(answer.json().path("Data"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking for " + path, e);
    }
  }

  private static String why(Exception failure) {
    return failure instanceof ConnectException || failure.getMessage() == null
        ? FaultWords.of(failure)
        : failure.getMessage();
  }
}

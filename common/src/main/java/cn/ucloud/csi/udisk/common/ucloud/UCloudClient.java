package cn.ucloud.csi.udisk.common.ucloud;

import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NoAnswer;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NotSent;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Calls the UCloud API: signs, sends, reads the envelope, and sends again where nothing can be done
 * twice (decision 10).
 *
 * <p>Sent again are reads, and any action that was never sent or was refused by the rate limit. A
 * mutation whose fate is unknown is reported, never repeated.
 */
public final class UCloudClient {
  private static final int TRIES = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final UCloudConfig config;
  private final CredentialsSource credentials;
  private final ApiTransport transport;

  public UCloudClient(UCloudConfig config, CredentialsSource credentials, CallObserver observer) {
    this.config = config;
    this.credentials = credentials;
    this.transport = new ApiTransport(config, observer);
  }

  /**
   * Does {@code action} and reads its answer.
   *
   * @throws ApiRefused if the cloud refused
   * @throws NoAnswer if it is not known what became of it; also when the thread is interrupted
   * @throws NotSent if it never left
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials if there are no keys
   */
  public <R> R call(UCloudAction<R> action) {
    RetryPolicy<R> policy =
        RetryPolicy.<R>builder()
            .handleIf(failure -> mayBeSentAgain(action, failure))
            .withMaxAttempts(TRIES)
            .withBackoff(FIRST_PAUSE, LONGEST_PAUSE)
            .withJitter(0.25)
            .build();
    try {
      return Failsafe.with(policy).get(() -> once(action));
    } catch (FailsafeException e) {
      // Failsafe wraps only checked exceptions, and here that is an interrupted pause between
      // tries.
      Thread.currentThread().interrupt();
      throw new NotSent(action.name(), "interrupted before another try", e);
    }
  }

  private static boolean mayBeSentAgain(UCloudAction<?> action, Throwable failure) {
    return switch (failure) {
      case NotSent _ -> true;
      case ApiRefused refused ->
          refused.retCode() == RetCode.RATE_LIMITED.code()
              || (action.isRead() && isPassing(refused.retCode()));
      case NoAnswer _ -> action.isRead() && !Thread.currentThread().isInterrupted();
      default -> false;
    };
  }

  private static boolean isPassing(int retCode) {
    Optional<RetCode> known = RetCode.of(retCode);
    return known.isPresent()
        && switch (known.get()) {
          case TIMED_OUT, GATEWAY_FAULT, SERVICE_UNAVAILABLE -> true;
          default -> false;
        };
  }

  private <R> R once(UCloudAction<R> action) {
    ApiTransport.Answer answer = transport.send(action.name(), signed(action), action.isRead());
    try {
      return action.read(answer.body());
    } catch (ApiObject.UnreadableAnswer e) {
      throw new NoAnswer(
          action.name(), "the answer " + e.getMessage() + ", request " + answer.requestId(), e);
    }
  }

  private Map<String, Object> signed(UCloudAction<?> action) {
    Credentials keys = credentials.current();
    Map<String, Object> parameters = new LinkedHashMap<>(action.parameters());
    parameters.put("Action", action.name());
    parameters.put("Region", config.region());
    config.projectId().ifPresent(id -> parameters.put("ProjectId", id));
    parameters.put("PublicKey", keys.publicKey());
    keys.securityToken().ifPresent(token -> parameters.put("SecurityToken", token.reveal()));
    parameters.put("Signature", RequestSigner.sign(parameters, keys.privateKey().reveal()));
    return parameters;
  }
}

package cn.ucloud.csi.udisk.common.ucloud;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.concurrent.TimeSpent;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NoAnswer;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NotSent;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.common.ucloud.credentials.CredentialsSource;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.rate.RateLimiter;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.function.CheckedPredicate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the UCloud API: signs, sends, reads the envelope, and sends again where nothing can be done
 * twice (decision 10).
 *
 * <p>Sent again are reads, and any action that was never sent or was refused by the rate limit or
 * for an expired token. A mutation whose fate is unknown is reported, never repeated.
 */
public final class UCloudClient {
  private static final Logger LOG = LoggerFactory.getLogger(UCloudClient.class);

  static final int TRIES = 4;

  /** Of what the rate limit refuses: where arrivals jitter that may be every third call. */
  static final int TRIES_AT_THE_LIMIT = 8;

  private final UCloudConfig config;
  private final CredentialsSource credentials;
  private final ApiRateLimits pace;
  private final CallObserver observer;
  private final ApiTransport transport;
  private final Duration firstPause;
  private final Permission permission;

  /**
   * @param permission asked before every single request that changes anything
   */
  public UCloudClient(
      UCloudConfig config,
      CredentialsSource credentials,
      ApiRateLimits pace,
      CallObserver observer,
      Permission permission) {
    this(config, credentials, pace, observer, permission, Duration.ofMillis(200));
  }

  UCloudClient(
      UCloudConfig config,
      CredentialsSource credentials,
      ApiRateLimits pace,
      CallObserver observer) {
    this(config, credentials, pace, observer, Permission.always());
  }

  UCloudClient(
      UCloudConfig config,
      CredentialsSource credentials,
      ApiRateLimits pace,
      CallObserver observer,
      Duration firstPause) {
    this(config, credentials, pace, observer, Permission.always(), firstPause);
  }

  /**
   * @param permission asked before every single request that changes anything
   * @param firstPause before the second try; each further pause is twice as long
   */
  public UCloudClient(
      UCloudConfig config,
      CredentialsSource credentials,
      ApiRateLimits pace,
      CallObserver observer,
      Permission permission,
      Duration firstPause) {
    this.config = config;
    this.credentials = credentials;
    this.pace = pace;
    this.observer = observer;
    this.transport = new ApiTransport(config, observer);
    this.firstPause = firstPause;
    this.permission = permission;
  }

  /**
   * Does {@code action} and reads its answer.
   *
   * @throws ApiRefused if the cloud refused
   * @throws NoAnswer if it is not known what became of it; also when the thread is interrupted
   * @throws NotSent if it never left
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials if there are no keys
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if this process may not
   *     change anything now; nothing was sent then, or a try before this one is certain to have
   *     done nothing
   */
  public <R> R call(UCloudAction<R> action) {
    try {
      return Failsafe.with(
              this.<R>again(TRIES, failure -> mayBeSentAgain(action, failure)),
              this.<R>again(TRIES_AT_THE_LIMIT, UCloudClient::isAtTheLimit))
          .get(tries -> once(action, tries.isRetry()));
    } catch (UCloudException e) {
      // The only place where people find the id; the sentence goes to the caller.
      e.requestId().ifPresent(id -> LOG.info("{}, request {}", e.sentence(), id));
      throw e;
    } catch (FailsafeException e) {
      // Failsafe wraps only checked exceptions: here, that of an interrupted pause between tries.
      // A mutation pauses only after a try that certainly did nothing.
      Thread.currentThread().interrupt();
      String what = "interrupted before another try";
      throw action.isRead()
          ? new NoAnswer(action.name(), what, e)
          : new NotSent(action.name(), what, e);
    }
  }

  private <R> RetryPolicy<R> again(int tries, CheckedPredicate<Throwable> when) {
    return RetryPolicy.<R>builder()
        .handleIf(when)
        .withMaxAttempts(tries)
        .withBackoff(firstPause, firstPause.multipliedBy(10))
        .withJitter(0.25)
        .build();
  }

  private static boolean isAtTheLimit(Throwable failure) {
    return failure instanceof ApiRefused refused
        && refused.retCode() == RetCode.RATE_LIMITED.code();
  }

  private static boolean mayBeSentAgain(UCloudAction<?> action, Throwable failure) {
    return switch (failure) {
      case NotSent _ -> !Thread.currentThread().isInterrupted();
      case ApiRefused refused ->
          RetCode.of(refused.retCode()).filter(code -> isPassing(code, action)).isPresent();
      case NoAnswer _ -> action.isRead() && !Thread.currentThread().isInterrupted();
      default -> false;
    };
  }

  private static boolean isPassing(RetCode code, UCloudAction<?> action) {
    return switch (code) {
      // Nothing was done; an expired token is replaced, for each try reads the keys anew.
      case TOKEN_UNKNOWN -> true;
      case TIMED_OUT, GATEWAY_FAULT, SERVICE_UNAVAILABLE -> action.isRead();
      default -> false;
    };
  }

  private <R> R once(UCloudAction<R> action, boolean again) {
    RateLimiter.Permit turn = turn(action, again);
    ApiTransport.Answer answer = send(action, turn);
    try {
      return action.read(answer.body());
    } catch (ApiObject.UnreadableAnswer e) {
      throw new NoAnswer(action.name(), "the answer " + e.getMessage(), answer.requestId(), e);
    }
  }

  private RateLimiter.Permit turn(UCloudAction<?> action, boolean again) {
    long start = System.nanoTime();
    try {
      RateLimiter lane = pace.of(action);
      return again ? lane.nextAgain() : lane.next();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotSent(action.name(), "interrupted while waiting for its turn", e);
    } finally {
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      TimeSpent.on(TimeSpent.Part.PACE, waited);
      observer.waited(action.name(), waited);
    }
  }

  private ApiTransport.Answer send(UCloudAction<?> action, RateLimiter.Permit turn) {
    long start = System.nanoTime();
    Runnable outcome = turn::lost;
    try {
      Credentials keys = credentials.current();
      ApiTransport.Answer answer = send(action, keys);
      outcome = turn::answered;
      return answer;
    } catch (ApiRefused e) {
      outcome = e.retCode() == RetCode.RATE_LIMITED.code() ? turn::throttled : turn::answered;
      throw e;
    } finally {
      outcome.run();
      TimeSpent.count(TimeSpent.Part.CLOUD, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private ApiTransport.Answer send(UCloudAction<?> action, Credentials keys) {
    try {
      return action.isRead() ? sendNow(action, keys) : sendIfPermitted(action, keys);
    } catch (ApiRefused e) {
      if (e.retCode() == RetCode.TOKEN_UNKNOWN.code()) {
        credentials.refused(keys);
      }
      throw e;
    }
  }

  /** Asked last of all: the wait for a turn or for keys may have outlasted the permission. */
  private ApiTransport.Answer sendIfPermitted(UCloudAction<?> action, Credentials keys) {
    try (Permission.Pass pass = permission.enter()) {
      try {
        return sendNow(action, keys);
      } catch (UCloudException e) {
        if (isWithoutEffect(e)) {
          pass.nothingDone();
        }
        throw e;
      }
    }
  }

  private static boolean isWithoutEffect(UCloudException failure) {
    return switch (failure) {
      case NotSent _ -> true;
      case NoAnswer _ -> false;
      case ApiRefused refused ->
          RetCode.of(refused.retCode())
              .filter(code -> code.effect() == RetCode.Effect.NONE)
              .isPresent();
    };
  }

  private ApiTransport.Answer sendNow(UCloudAction<?> action, Credentials keys) {
    return transport.send(action.name(), signed(action, keys), action.isRead());
  }

  private Map<String, Object> signed(UCloudAction<?> action, Credentials keys) {
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

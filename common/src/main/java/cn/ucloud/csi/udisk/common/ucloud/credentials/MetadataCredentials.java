package cn.ucloud.csi.udisk.common.ucloud.credentials;

import cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Temporary keys of the host's role, from its metadata server: by the first protocol, else by the
 * second one. They are replaced well before they expire, and at once when the cloud does not know
 * them any more.
 */
public final class MetadataCredentials implements CredentialsSource {
  private static final Logger LOG = LoggerFactory.getLogger(MetadataCredentials.class);

  /** Before the end of their life; tokens live for an hour. */
  private static final Duration EARLY = Duration.ofMinutes(10);

  private static final Duration BETWEEN_REFUSALS = Duration.ofSeconds(5);
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(15);

  private final StsEndpoint endpoint;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable TemporaryCredentials held;
  private Instant nextTry = Instant.MIN;

  public MetadataCredentials(StsEndpoint endpoint, InstantSource clock) {
    this.endpoint = endpoint;
    this.clock = clock;
  }

  @Override
  public Credentials current() {
    lock.lock();
    try {
      Instant now = clock.instant();
      if (held == null || held.expiration().isBefore(now)) {
        held = endpoint.fetch();
        return held.credentials();
      }
      if (isDue(held, now) && !now.isBefore(nextTry)) {
        return renewed(held, now).credentials();
      }
      return held.credentials();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public KeyOrigin origin() {
    lock.lock();
    try {
      Optional<TemporaryCredentials> keys = Optional.ofNullable(held);
      return new KeyOrigin(
          KeyOrigin.Kind.METADATA,
          keys.map(TemporaryCredentials::fetchedAt),
          keys.map(TemporaryCredentials::expiration));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void refused(Credentials credentials) {
    lock.lock();
    try {
      // Of many calls that were refused together one is the first; the others find new keys.
      if (held != null && held.credentials().equals(credentials) && isOldEnough(held)) {
        held = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Keys that are refused while they are new will not be better the next time. */
  private boolean isOldEnough(TemporaryCredentials keys) {
    return Duration.between(keys.fetchedAt(), clock.instant()).compareTo(BETWEEN_REFUSALS) >= 0;
  }

  /** A short life leaves less time ahead. */
  private static boolean isDue(TemporaryCredentials keys, Instant now) {
    Duration left = Duration.between(now, keys.expiration());
    Duration life = Duration.between(keys.fetchedAt(), keys.expiration());
    Duration early = life.dividedBy(3).compareTo(EARLY) < 0 ? life.dividedBy(3) : EARLY;
    return left.compareTo(early) < 0;
  }

  /** Keys that are still good serve while new ones cannot be had. */
  private TemporaryCredentials renewed(TemporaryCredentials old, Instant now) {
    try {
      held = endpoint.fetch();
      return held;
    } catch (BadCredentials e) {
      LOG.warn("temporary keys are not replaced yet: {}", e.sentence());
      nextTry = now.plus(BETWEEN_TRIES);
      return old;
    }
  }
}

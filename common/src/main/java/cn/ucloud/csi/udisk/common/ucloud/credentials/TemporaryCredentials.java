package cn.ucloud.csi.udisk.common.ucloud.credentials;

import java.time.Instant;

/** Keys with the time at which they end. */
record TemporaryCredentials(Credentials credentials, Instant fetchedAt, Instant expiration) {}

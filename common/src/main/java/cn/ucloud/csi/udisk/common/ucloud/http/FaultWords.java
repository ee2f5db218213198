package cn.ucloud.csi.udisk.common.ucloud.http;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** What the JDK's exceptions of a failed exchange mean, for people. */
public final class FaultWords {
  private FaultWords() {}

  /** The same words each time for the same fault. */
  public static String of(Throwable failure) {
    Throwable first =
        failure instanceof ExecutionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    Set<String> chain = new LinkedHashSet<>();
    for (Throwable cause = first; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return "the name of this host is not known to the resolver (DNS)";
      }
      if (cause instanceof CertPathBuilderException) {
        return "its certificate is signed by an authority that is not trusted; --ucloud-ca-bundle"
            + " names further ones";
      }
      chain.add(cause.toString());
    }
    // The outermost exception alone often says nothing, and a connection that nobody takes has
    // none.
    return switch (first) {
      case HttpConnectTimeoutException _ -> "no connection in time (connect timed out)";
      case ConnectException _ -> "the connection was refused, nobody listens there";
      default -> String.join(", from ", chain);
    };
  }
}

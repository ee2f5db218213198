package cn.ucloud.csi.udisk.common.ucloud;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The two ways an API call fails: the cloud said no, or nobody knows what happened. */
public abstract sealed class UCloudException extends RuntimeException {
  private final @Nullable String requestId;

  private UCloudException(String message, @Nullable String requestId, @Nullable Throwable cause) {
    super(message, cause);
    this.requestId = requestId;
  }

  /**
   * UCloud's id of the answer, which its support asks for; empty if none came. It is for the log:
   * in the sentence it would make each repeat of one refusal a new Event.
   */
  public Optional<String> requestId() {
    return Optional.ofNullable(requestId);
  }

  /** What a message is; never null for these exceptions. */
  public String sentence() {
    return String.valueOf(getMessage());
  }

  /** The cloud answered and refused. What it did before is told by {@link RetCode}, if at all. */
  public static final class ApiRefused extends UCloudException {
    private final int retCode;

    public ApiRefused(String action, int retCode, String message, String requestId) {
      super(
          "%s was refused with RetCode %d (%s)".formatted(action, retCode, oneLine(message)),
          requestId,
          null);
      this.retCode = retCode;
    }

    public int retCode() {
      return retCode;
    }

    private static String oneLine(String text) {
      String line = text.replaceAll("\\s+", " ").strip();
      return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }
  }

  /** No answer, or none that can be read: the action may have been done, or may yet be. */
  public static final class NoAnswer extends UCloudException {
    public NoAnswer(String action, String what, @Nullable Throwable cause) {
      super("%s got no answer: %s".formatted(action, what), null, cause);
    }

    /** Something came, which does not say what became of the action. */
    public NoAnswer(String action, String what, String requestId, @Nullable Throwable cause) {
      super("%s got no answer: %s".formatted(action, what), requestId, cause);
    }
  }

  /** The request certainly never reached the cloud: it was not sent at all. */
  public static final class NotSent extends UCloudException {
    public NotSent(String action, String what, @Nullable Throwable cause) {
      super("%s could not be sent: %s".formatted(action, what), null, cause);
    }
  }
}

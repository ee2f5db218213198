package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.function.Supplier;

/** How a call was refused: with a code and one sentence, and nothing else. */
record Refusal(Code code, String sentence) {
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /** The refusal of a call that must not succeed. */
  static Refusal of(Supplier<?> call) {
    try {
      Object answer = call.get();
      throw new AssertionError("expected a refusal, not " + answer);
    } catch (StatusRuntimeException e) {
      return of(e);
    }
  }

  static Refusal of(StatusRuntimeException e) {
    Metadata trailers = e.getTrailers();
    assertThat(trailers == null || !trailers.containsKey(DETAILS)).as("no details").isTrue();
    String sentence = String.valueOf(e.getStatus().getDescription());
    assertThat(sentence).isNotBlank().hasLineCount(1).doesNotContain("Exception:", "null");
    return new Refusal(e.getStatus().getCode(), sentence);
  }

  /** OK if it succeeds. */
  static Code codeOf(Supplier<?> call) {
    try {
      var _ = call.get();
      return Code.OK;
    } catch (StatusRuntimeException e) {
      return of(e).code();
    }
  }
}
